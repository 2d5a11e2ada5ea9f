import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { fromOnnx, type Ort, type Tensor } from '../src/index.ts';
import type { InferenceSession, OrtTensor } from '../src/runtime.ts';
import { counted } from './counted.ts';
import { plainBytes } from './plain-network.ts';

/** A runtime with a provider "webgpu" that is the CPU, except that it gives every gradient times `factor`. */
function scaled(factor: number): { readonly runtime: Ort; readonly created: string[] } {
  const created: string[] = [];
  const create = async (bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> => {
    const provider = options.executionProviders?.[0] as string;
    created.push(provider);
    const session = await ort.InferenceSession.create(bytes, { ...options, executionProviders: ['cpu'] });
    if (provider === 'cpu') return session;
    const run = session.run.bind(session) as (...given: unknown[]) => Promise<InferenceSession.ReturnType>;
    session.run = async (...given: unknown[]): Promise<InferenceSession.ReturnType> => {
      const results = await run(...given);
      for (const [name, result] of Object.entries(results)) {
        const data = (result as OrtTensor).data as Float32Array;
        if (/grad/i.test(name)) data.set(data.map((value) => factor * value));
      }
      return results;
    };
    return session;
  };
  const runtime = { Tensor: ort.Tensor, env: ort.env, InferenceSession: { create } } as unknown as Ort;
  return { runtime, created };
}

const layer = 'r1';
const x: Tensor = { data: Float32Array.from({ length: 360 }, (_, i) => Math.sin(i)), dims: [1, 3, 12, 10] };
const request = { layers: [layer], seed: [1] };
const executionProviders = ['webgpu'];

test('wrong gradients of a GPU are an error, in every run, and leave nothing behind', async () => {
  const { runtime, live } = counted(scaled(1.5).runtime);
  const model = await fromOnnx(plainBytes, runtime, { executionProviders });
  const before = live();
  for (let i = 0; i < 2; i++)
    await expect(model.run(x, request)).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringMatching(/differs from the same on cpu, relative error 0\.50/),
    });
  await expect(model.run(x)).resolves.toBeDefined();
  expect(live()).toBe(before);
  await model.dispose();
});

test('right numbers pass, and only the first run of a session is compared', async () => {
  const { runtime, created } = scaled(1.001);
  const model = await fromOnnx(plainBytes, runtime, { executionProviders });
  created.length = 0;
  for (let i = 0; i < 3; i++) await model.run(x, request);
  expect(created).toEqual(['webgpu', 'cpu']);
  await model.dispose();
});

test('`verify: false` takes the numbers as they are', async () => {
  const model = await fromOnnx(plainBytes, scaled(1.5).runtime, { executionProviders, verify: false });
  const cpu = await fromOnnx(plainBytes, ort);
  const [wrong, right] = [await model.run(x, request), await cpu.run(x, request)].map(
    ({ gradients }) => gradients.get(layer)?.data as Float32Array,
  );
  expect(right?.some((value) => value !== 0)).toBe(true);
  expect(wrong).toEqual(right?.map((value) => 1.5 * value));
  await model.dispose();
  await cpu.dispose();
});
