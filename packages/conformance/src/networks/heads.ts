import { define, type Network } from '../network.ts';
import { linearHead, twoConvolutions } from './stem.ts';

/** Global average pooling and a linear layer that gives bare logits: Grad-CAM is CAM. */
export const pooledHead: Network = define('a head of pooling and a linear layer', 30, (b) => {
  linearHead(b, twoConvolutions(b));
  return { layers: ['r1', 'r2'], outputs: ['logits'], pooledLayer: 'r2' };
});

/** Probabilities come out; the gradient is that of the logits behind them. */
export const softmaxHead: Network = define('a softmax head', 31, (b) => {
  b.softmax('p', linearHead(b, twoConvolutions(b)));
  return { layers: ['r1', 'r2'], outputs: ['p'], pooledLayer: 'r2' };
});

/** Yes or no. */
export const sigmoidUnit: Network = define('a sigmoid unit', 32, (b) => {
  b.sigmoid('p', linearHead(b, twoConvolutions(b), 1));
  return { layers: ['r1', 'r2'], outputs: ['p'], classes: [0, 0], pooledLayer: 'r2' };
});

/** Several classes at once, each with its own sigmoid. */
export const multiLabel: Network = define('a multi-label head', 33, (b) => {
  b.sigmoid('p', linearHead(b, twoConvolutions(b), 6));
  return { layers: ['r1', 'r2'], outputs: ['p'], pooledLayer: 'r2' };
});

/** One channel per class, only pooling behind it (SqueezeNet): a class map is no layer to explain. */
export const classMap: Network = define('a class map', 34, (b) => {
  b.globalAverage('logits', b.conv('maps', twoConvolutions(b), 5, { kernel: 1 }));
  return { layers: ['r1', 'r2'], outputs: ['logits'], onnx: { opset: 8 } };
});
