import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { model } from '../../onnx-autodiff/test/models/build.ts';
import { fromOnnx, type Tensor } from '../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** MiB of array buffers that are still in use. */
async function held(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers / 2 ** 20;
}

// each session has its weights in the runtime; in JavaScript there is the file, once, whatever is asked for
test('JavaScript holds the file once, however many sessions there are', async () => {
  const size = 1448; // two matrices of 8 MiB
  const matrix = { dims: [size, size], values: new Float32Array(size * size).fill(1e-3) };
  const bytes = model({
    opset: 17,
    inputs: { x: ['N', size] },
    constants: { a: matrix, b: matrix },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Relu', ['h'], ['r']],
      ['MatMul', ['r', 'b'], ['y']],
    ],
    outputs: { y: ['N', size] },
  });
  const opened = await fromOnnx(bytes, ort, { sessions: 4 });
  const before = await held();
  expect(before).toBeGreaterThan(16);
  const x: Tensor = { data: new Float32Array(size).fill(1), dims: [1, size] };
  const activation = (await opened.run(x, { layers: ['r'], seed: 'top' })).activations.get('r') as Tensor;
  await opened.run(x);
  await opened.resume({ layer: 'r', activation });
  await opened.pull({ layer: 'r', activation }, 'top');
  expect((await held()) - before).toBeLessThan(2);
  await opened.dispose();
});
