import { define, type Network } from '../network.ts';
import { linearHead, stem, twoConvolutions } from './stem.ts';

/** A sum with what came before (ResNet): paths lead around `inner`. In the ONNX file at the oldest opset. */
export const residual: Network = define('a residual block', 10, (b) => {
  const r1 = stem(b);
  const inner = b.relu('inner', b.batchNorm('n2', b.conv('c2', r1, 6)));
  const r2 = b.relu('r2', b.add('sum', b.conv('c3', inner, 6), r1));
  linearHead(b, b.maxPool('m', r2, { size: 2, padding: 'same' }));
  return { layers: ['inner', 'r2'], outputs: ['logits'], onnx: { opset: 7 } };
});

/** Every layer sees all before it (DenseNet). */
export const denseBlock: Network = define('dense concatenation', 11, (b) => {
  const r1 = stem(b);
  const j1 = b.concat('j1', r1, b.relu('r2', b.conv('c2', r1, 4)));
  const j2 = b.concat('j2', j1, b.relu('r3', b.conv('c3', j1, 4)));
  linearHead(b, b.relu('r4', b.batchNorm('n4', j2)));
  return { layers: ['r2', 'r4'], outputs: ['logits'], pooledLayer: 'r4' };
});

/** Channels weighed by what the whole map holds (SENet, EfficientNet): the gate is a path around the map. */
export const squeezeExcite: Network = define('squeeze and excite', 12, (b) => {
  const r2 = twoConvolutions(b);
  const squeezed = b.relu('squeezedr', b.conv('squeezed', b.globalAverage('mean', r2, true), 3, { kernel: 1 }));
  const gate = b.sigmoid('gate', b.conv('excited', squeezed, 6, { kernel: 1 }));
  linearHead(b, b.relu('r3', b.conv('c3', b.multiply('scaled', r2, gate), 6)));
  return { layers: ['r2', 'scaled'], outputs: ['logits'] };
});

/** A class per pixel, from a map that shrinks and grows again, with a path across (U-Net). */
export const unet: Network = define('a U-Net that segments', 13, (b) => {
  const x = b.input('x', [3, 12, 8]);
  const r1 = b.relu('r1', b.conv('c1', x, 4));
  const r2 = b.relu('r2', b.conv('c2', b.maxPool('m', r1), 6));
  const r3 = b.relu('r3', b.conv('c3', b.concat('joined', b.upsample('up', r2), r1), 5));
  b.conv('logits', r3, 4, { kernel: 1 });
  return { layers: ['r2', 'r3'], outputs: ['logits'] };
});
