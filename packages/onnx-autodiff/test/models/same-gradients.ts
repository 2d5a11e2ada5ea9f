import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import { augment } from '../../src/index.ts';
import { relativeError } from '../rules/check.ts';
import { generator, normal } from '../rules/random.ts';
import { type Ort, runtimeOf, type Values } from '../rules/runtime.ts';
import { type ModelSpec, model } from './build.ts';
import { measured } from './measured.ts';

export const runtime = runtimeOf(ort as unknown as Ort, 'cpu');
const random = generator(11);
export const noise = (...dims: number[]): { dims: readonly number[]; values: number[] } => ({
  dims,
  values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => normal(random)),
});

export const x: Values = { type: 'float32', dims: [2, 4], data: noise(2, 4).values };

/** y and its gradients for a cotangent of ones with respect to some tensors, all found by running. */
export async function gradients(bytes: Uint8Array, wrt: readonly string[]): Promise<readonly ArrayLike<number>[]> {
  const feeds = new Map([['x', x]]);
  const shapes = await measured(runtime, bytes, feeds);
  const augmented = augment(bytes, { of: 'y', wrt, shapes });
  const session = await runtime.load(augmented.bytes);
  const dims = (shapes.get('y')?.dims ?? []) as number[];
  const cotangent = { type: 'float32', dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1) };
  const results = await session.run(new Map([...feeds, [augmented.cotangentInputs.get('y') ?? '', cotangent]]));
  await session.release();
  return [
    results.get('y')?.data ?? [],
    ...wrt.map((name) => results.get(augmented.gradients.get(name) ?? '')?.data ?? []),
  ];
}

/** The same computation with and without functions. */
export async function same(
  one: ModelSpec,
  other: ModelSpec,
  wrt: readonly (readonly [string, string])[],
): Promise<void> {
  const a = await gradients(
    model(one),
    wrt.map(([name]) => name),
  );
  const b = await gradients(
    model(other),
    wrt.map(([, name]) => name),
  );
  a.forEach((values, i) => {
    expect(Array.from(values).some((value) => value !== 0)).toBe(true);
    expect(relativeError(values, b[i] ?? []), `${i}`).toBeLessThan(1e-6);
  });
}

export const base = { opset: 17, inputs: { x: ['N', 4] }, outputs: { y: ['N', 3] } } as const;
export const weights = { w: noise(4, 3), b: noise(3) };
