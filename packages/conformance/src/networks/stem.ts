import type { Builder } from '../graph/builder.ts';

/** What many networks begin with: a picture [3, 12, 10] and a convolution to 6 channels at half resolution, its Relu `r1` [6, 6, 5]. */
export function stem(b: Builder): string {
  const x = b.input('x', [3, 12, 10]);
  return b.relu('r1', b.conv('c1', x, 6, { strides: 2, padding: [1, 1, 1, 1] }));
}

/** Stem and a second convolution: Relu `r2` [6, 6, 5]. */
export function twoConvolutions(b: Builder): string {
  return b.relu('r2', b.conv('c2', stem(b), 6));
}

/** What many networks end in: global average pooling and five logits. */
export function linearHead(b: Builder, x: string, classes = 5): string {
  return b.dense('logits', b.globalAverage('pooled', x), classes);
}
