import { define, type Network } from '../network.ts';
import { linearHead, stem, twoConvolutions } from './stem.ts';

/** A second answer from the middle (auxiliary classifier). */
export const twoOutputs: Network = define('two outputs', 40, (b) => {
  const r1 = stem(b);
  b.dense('side', b.globalAverage('early', r1), 3);
  linearHead(b, b.relu('r2', b.conv('c2', r1, 6)));
  return { layers: ['r1', 'r2'], outputs: ['logits', 'side'], pooledLayer: 'r2' };
});

/** A picture, and numbers that come with it. */
export const twoInputs: Network = define('two inputs', 41, (b) => {
  const r2 = twoConvolutions(b);
  const facts = b.tanh('facts2', b.dense('facts1', b.input('facts', [4]), 6));
  b.dense('logits', b.relu('joined', b.add('sum', b.globalAverage('pooled', r2), facts)), 5);
  return { layers: ['r1', 'r2'], outputs: ['logits'] };
});

/** The file takes one picture at a time. */
export const fixedBatch: Network = define('a fixed batch', 42, (b) => {
  linearHead(b, twoConvolutions(b));
  return { layers: ['r1', 'r2'], outputs: ['logits'], pooledLayer: 'r2', onnx: { batch: 'fixed', opset: 12 } };
});

/** The file says any batch, but a Reshape inside means one picture. */
export const reshapedBatch: Network = define('a batch fixed by a Reshape', 43, (b) => {
  linearHead(b, twoConvolutions(b));
  const only = 'a Reshape of a fixed batch is a habit of ONNX exporters';
  return {
    layers: ['r1', 'r2'],
    outputs: ['logits'],
    pooledLayer: 'r2',
    onnx: { batch: 'reshape', opset: 13 },
    without: { 'layers-model': only, 'graph-model': only },
  };
});

/** Any height and width. */
export const freeSize: Network = define('free height and width', 44, (b) => {
  linearHead(b, twoConvolutions(b));
  return { layers: ['r1', 'r2'], outputs: ['logits'], pooledLayer: 'r2', freeSize: true };
});

/** The file wants its channels last; Model hands them over first all the same. */
export const channelsLast: Network = define('a channels-last input', 45, (b) => {
  linearHead(b, twoConvolutions(b));
  return { layers: ['r1', 'r2'], outputs: ['logits'], pooledLayer: 'r2', onnx: { channelsLast: true, opset: 13 } };
});

/** Every sample is seen against the mean of its batch: only one by one does a sample get its own answer. */
export const mixedBatch: Network = define('samples mixed in a batch', 46, (b) => {
  const r2 = b.relu('r2', b.centreBatch('centred', b.conv('c2', stem(b), 6)));
  linearHead(b, r2);
  return {
    layers: ['r1', 'r2'],
    outputs: ['logits'],
    pooledLayer: 'r2',
    without: { 'layers-model': 'the layers of a LayersModel treat each sample alone' },
  };
});
