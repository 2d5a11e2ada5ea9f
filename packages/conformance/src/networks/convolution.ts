import { define, type Network } from '../network.ts';
import { linearHead, stem } from './stem.ts';

/** Convolutions, maximum pooling and a flattened head, one after the other (VGG). */
export const plainChain: Network = define('a plain chain', 1, (b) => {
  const m = b.maxPool('m', b.relu('r2', b.conv('c2', stem(b), 6)), { size: [2, 1] });
  b.dense('logits', b.flattenLast('flat', m), 5);
  return { layers: ['r1', 'm'], outputs: ['logits'] };
});

/** Normalisation that no exporter has folded into the convolution. */
export const batchNorm: Network = define('unfolded batch normalisation', 2, (b) => {
  const r2 = b.relu('r2', b.batchNorm('n2', b.conv('c2', stem(b), 6)));
  linearHead(b, r2);
  return { layers: ['c2', 'r2'], outputs: ['logits'], pooledLayer: 'r2' };
});

/** Depthwise and pointwise convolutions with Relu6 (MobileNet), one with stride and one channel to several. */
export const depthwise: Network = define('depthwise separable convolutions', 3, (b) => {
  const d1 = b.relu6('d1r', b.conv('d1', stem(b), 12, { groups: 6 }));
  const p1 = b.relu6('p1r', b.conv('p1', d1, 8, { kernel: 1 }));
  const d2 = b.relu6('d2r', b.conv('d2', p1, 8, { groups: 8, strides: 2, padding: [1, 1, 1, 1] }));
  linearHead(b, b.relu6('p2r', b.conv('p2', d2, 8, { kernel: 1 })));
  return { layers: ['d1r', 'p2r'], outputs: ['logits'], pooledLayer: 'p2r' };
});

/** Groups of channels (ResNeXt), and cells that lie apart (DeepLab). */
export const groupedDilated: Network = define('grouped and dilated convolutions', 4, (b) => {
  const g = b.relu('r2', b.conv('grouped', stem(b), 8, { groups: 2 }));
  const d = b.relu('r3', b.conv('dilated', g, 6, { dilations: 2, padding: [2, 2, 2, 2] }));
  linearHead(b, b.relu('r4', b.conv('uneven', d, 6, { dilations: [1, 2], padding: [1, 2, 1, 2] })));
  return { layers: ['r2', 'r4'], outputs: ['logits'], pooledLayer: 'r4' };
});

/** Other strides along than across, even kernels, SAME padding with its odd cell at the end (TensorFlow). */
export const asymmetric: Network = define('asymmetric strides and SAME padding', 5, (b) => {
  const x = b.input('x', [3, 13, 10]);
  const r1 = b.relu('r1', b.conv('c1', x, 6, { kernel: [3, 2], strides: [2, 1] }));
  const m = b.maxPool('m', r1, { size: [2, 3], strides: [1, 2], padding: 'same' });
  const r2 = b.relu('r2', b.conv('c2', m, 6, { kernel: [2, 4], padding: 'same' }));
  linearHead(b, b.relu('r3', b.conv('c3', r2, 6, { kernel: [1, 3], padding: [0, 2, 1, 0] })));
  return { layers: ['r1', 'r3'], outputs: ['logits'], pooledLayer: 'r3' };
});

/** Branches that are concatenated, one an average pool whose padding does not count (Inception). */
export const averagePooling: Network = define('average pooling with SAME padding', 6, (b) => {
  const r1 = stem(b);
  const pooled = b.averagePool('pool', r1, { size: 3, strides: 1, padding: 'same' });
  const branches = [
    b.relu('b1r', b.conv('b1', r1, 4, { kernel: 1 })),
    b.relu('b2r', b.conv('b2', r1, 4)),
    b.relu('b3r', b.conv('b3', pooled, 4, { kernel: 1 })),
  ] as const;
  const c = b.concat('joined', ...branches);
  linearHead(b, b.averagePool('shrunk', c, { size: 2, padding: 'same' }));
  return { layers: ['r1', 'joined'], outputs: ['logits'] };
});
