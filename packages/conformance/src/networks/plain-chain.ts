import { define, type Network } from '../network.ts';

/** The plain chain every other network varies: two convolutions, pooling, a linear head that gives bare logits. */
export const plainChain: Network = define('a plain chain', 1, (b) => {
  const x = b.input('x', [3, 12, 10]);
  const r1 = b.relu('r1', b.conv('c1', x, 6, { strides: 2, padding: [1, 1, 1, 1] }));
  const r2 = b.relu('r2', b.conv('c2', r1, 6));
  b.dense('logits', b.globalAverage('pooled', r2), 5);
  return { layers: ['r1', 'r2'], outputs: ['logits'], pooledLayer: 'r2' };
});
