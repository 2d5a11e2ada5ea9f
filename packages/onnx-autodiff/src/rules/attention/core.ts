import type { Emitter } from '../../emit/emitter.ts';
import type { Value } from '../../emit/tape.ts';

/** softmax(cap(scale q k^T + bias)) v on heads: [batch, heads, tokens, size], or one more axis in front of the tokens where heads share keys. */
export interface Attention {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly scale: number;
  /** Added to the scores: masks and relative positions. */
  readonly bias?: Value | undefined;
  /** cap tanh(s / cap) in place of s, before the bias is added. */
  readonly cap?: number;
}

/** Gradients of the operands, each of the sizes of the product: not yet summed over what was broadcast. */
export interface AttentionGradients {
  readonly q: () => Value;
  readonly k: () => Value;
  readonly v: () => Value;
  readonly bias: () => Value;
}

/**
 * The gradient of scaled dot-product attention (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, equation 1).
 * The probabilities are computed again: no fused operator gives them out.
 */
export function attentionGradients(
  e: Emitter,
  { q, k, v, scale, bias, cap = 0 }: Attention,
  g: Value,
): AttentionGradients {
  const rank = e.rank(q);
  const last = [rank - 1];
  const turned = (a: Value): Value => e.swap(a.dims ? a : { ...a, dims: q.dims });
  const products = e.times(e.matmul(q, turned(k)), scale);
  const bent = cap > 0 ? e.tanh(e.times(products, 1 / cap)) : undefined;
  const capped = bent ? e.times(bent, cap) : products;
  const scores = bias ? e.add(capped, bias) : capped;
  const p = e.node('Softmax', [scores], { axis: rank - 1 });
  const dScores = (): Value => {
    const dp = e.matmul(g, turned(v));
    return e.mul(p, e.sub(dp, e.sum(e.mul(dp, p), last)));
  };
  const dProducts = (): Value => {
    const inner = bent ? e.mul(dScores(), e.from(1, e.square(bent))) : dScores();
    return e.times(inner, scale);
  };
  const like = (a: Value): Value => ({ ...a, dims: q.dims });
  return {
    q: () => e.matmul(dProducts(), k),
    k: () => e.matmul(turned(like(dProducts())), q),
    v: () => e.matmul(turned(like(p)), g),
    bias: dScores,
  };
}
