import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import { engine, memory, setBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { findLayer, fromGraphModel } from '../src/index.ts';
import { graphModel } from './graph.ts';

const CONV = { strides: [1, 1, 1, 1], padding: 'SAME', dilations: [1, 1, 1, 1], data_format: 'NHWC' };

// TensorFlow on an Intel processor fuses what no backend of tfjs knows; an error that nobody catches would fail this file
test.each(['cpu', 'wasm'])('a kernel that refuses at opening is told as it is, on %s', async (backend) => {
  await setBackend(backend);
  const net = await graphModel({
    inputs: { x: { dims: [-1, 8, 8, 3] } },
    nodes: [
      ['_FusedConv2D', 'c', ['x', 'w', 'b'], { ...CONV, fused_ops: ['BiasAdd', '_FusedHardSwish'], num_args: 1 }],
      ['Mean', 'out', ['c', 'axes'], { keep_dims: false }],
    ],
    weights: { w: { dims: [3, 3, 3, 4] }, b: { dims: [4] }, axes: { dims: [2], values: [1, 2], type: 'int32' } },
    outputs: ['out'],
  });
  const before = memory().numTensors;
  await expect(fromGraphModel(net)).rejects.toThrow(
    /does not run on noise \(inputs x \[any, 8, 8, 3\]\): .*hardswish/i,
  );
  expect(memory().numTensors).toBe(before);
  expect(engine().state.profiling).toBe(false);
  expect(Object.keys(engine().backend)).not.toContain('time');
});

// LayerNormalization of Keras 2 as it is converted
test('a normalisation by its own moments, which TensorFlow.js does not take, is refused by name', async () => {
  await setBackend('wasm');
  const normalised = { epsilon: 0.001, is_training: true, data_format: 'NHWC' };
  const net = await graphModel({
    inputs: { x: { dims: [-1, 8, 8, 3] } },
    nodes: [
      ['Conv2D', 'c', ['x', 'w'], CONV],
      ['FusedBatchNormV3', 'norm', ['c', 'ones', 'b', 'b', 'ones'], normalised],
      ['Mean', 'out', ['norm', 'axes'], { keep_dims: false }],
    ],
    weights: {
      w: { dims: [3, 3, 3, 4] },
      b: { dims: [4] },
      ones: { dims: [4], values: [1, 1, 1, 1] },
      axes: { dims: [2], values: [1, 2], type: 'int32' },
    },
    outputs: ['out'],
  });
  const model = await fromGraphModel(net);
  expect(findLayer(model.layers, 'c').blocked).toMatchObject([{ node: 'norm', op: 'FusedBatchNorm' }]);
  expect(findLayer(model.layers, 'c').blocked[0]?.reason).toContain('is_training');
  expect(findLayer(model.layers, 'norm').blocked).toEqual([]);
});
