import { define, type Network } from '../network.ts';
import { linearHead, stem, twoConvolutions } from './stem.ts';

const onlyOnnx = {
  'graph-model': 'TensorFlow.js computes in float32',
  'layers-model': 'TensorFlow.js computes in float32',
};

/** Weights and computation in half precision. */
export const float16: Network = define(
  'float16',
  50,
  (b) => {
    linearHead(b, twoConvolutions(b));
    return { layers: ['r1', 'r2'], outputs: ['logits'], pooledLayer: 'r2', without: onlyOnnx };
  },
  'float16',
);

/** int8 weights, and activations rounded to a range into which the Relu is folded (QDQ). */
export const quantised: Network = define(
  'quantised (QDQ)',
  51,
  (b) => {
    linearHead(b, twoConvolutions(b));
    return {
      layers: ['r1', 'r2'],
      outputs: ['logits'],
      pooledLayer: 'r2',
      onnx: { opset: 13 },
      without: onlyOnnx,
    };
  },
  'quantised',
);

/** A backbone as one layer of another model (transfer learning): one LayersModel within another. */
export const nested: Network = define('a nested sub-model', 52, (b) => {
  const r1 = stem(b);
  const inner = b.relu('r2', b.batchNorm('n2', b.conv('c2', r1, 6)));
  linearHead(b, b.relu('r3', b.conv('c3', inner, 6)));
  return {
    layers: ['r2', 'r3'],
    outputs: ['logits'],
    pooledLayer: 'r3',
    nested: { name: 'backbone', nodes: ['c2', 'n2', 'r2', 'c3', 'r3'] },
  };
});
