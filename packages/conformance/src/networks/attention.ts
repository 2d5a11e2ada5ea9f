import type { Builder } from '../graph/builder.ts';
import { define, type Network } from '../network.ts';

/** One head of attention over tokens [..., T, C], names with `prefix`. */
function attention(b: Builder, prefix: string, x: string): string {
  const width = b.dims(x).at(-1) ?? 1;
  const [q, k, v] = ['q', 'k', 'v'].map((name) => b.dense(`${prefix}${name}`, x, width)) as [string, string, string];
  const scores = b.matmul(`${prefix}scores`, q, k, { transposed: true, scale: 1 / Math.sqrt(width) });
  const mixed = b.matmul(`${prefix}mixed`, b.softmax(`${prefix}weights`, scores), v);
  return b.dense(`${prefix}out`, mixed, width);
}

function mlp(b: Builder, prefix: string, x: string): string {
  const width = b.dims(x).at(-1) ?? 1;
  return b.dense(`${prefix}down`, b.gelu(`${prefix}gelu`, b.dense(`${prefix}up`, x, 2 * width)), width);
}

/** A transformer over patches with a class token, which alone is read at the end. */
export const vit: Network = define('a ViT with class token', 20, (b) => {
  const x = b.input('x', [3, 12, 8]);
  const patches = b.conv('patches', x, 8, { kernel: 4, strides: 4, padding: 'valid' });
  const start = b.addConstant('placed', b.prependToken('tokens1', b.tokens('tokens', patches)));
  const middle = b.add('sum1', start, attention(b, 'a1', b.layerNorm('norm1', start)));
  const first = b.add('sum2', middle, mlp(b, 'm1', b.layerNorm('norm2', middle)));
  const last = b.add('sum3', first, attention(b, 'a2', b.layerNorm('norm3', first)));
  b.dense('logits', b.takeToken('token', b.layerNorm('norm4', last)), 5);
  return {
    layers: ['patches', 'norm3'],
    outputs: ['logits'],
  };
});

/** Attention within squares of the grid, which files fold into the batch axis (Swin). */
export const windowAttention: Network = define('window attention', 21, (b) => {
  const x = b.input('x', [3, 16, 24]);
  const patches = b.conv('patches', x, 6, { kernel: 4, strides: 4, padding: 'valid' });
  const start = b.addConstant('placed', b.tokens('tokens', patches));
  const cut = b.windows('cut', b.layerNorm('norm1', start), [4, 6], 2);
  const middle = b.add('sum1', start, b.unwindows('whole', attention(b, 'a1', cut), [4, 6], 2));
  const last = b.add('sum2', middle, mlp(b, 'm1', b.layerNorm('norm2', middle)));
  b.dense('logits', b.meanToken('mean', b.layerNorm('norm3', last)), 5);
  return {
    layers: ['patches', 'norm2'],
    outputs: ['logits'],
    without: { 'layers-model': 'a LayersModel cannot fold windows into the batch axis: Reshape keeps axis 0' },
  };
});
