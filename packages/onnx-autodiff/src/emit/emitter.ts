import type { Attributes } from './node-proto.ts';
import { Reduce } from './reduce.ts';
import { Refusal } from './refusal.ts';
import type { Value } from './tape.ts';

/** Linear algebra: with what it inherits, the words in which rules are written. Every difference between opsets is in this folder. */
export class Emitter extends Reduce {
  /** Matrix product over the last two axes; others broadcast. */
  matmul(a: Value, b: Value): Value {
    return this.node('MatMul', [a, b]);
  }

  /** The last two axes exchanged. */
  swap(a: Value): Value {
    const rank = this.rank(a);
    const perm = Array.from({ length: rank }, (_, axis) => axis);
    perm.splice(rank - 2, 2, rank - 1, rank - 2);
    return this.transpose(a, perm);
  }

  conv(x: Value, w: Value, attributes: Attributes): Value {
    return this.node('Conv', [x, w], attributes);
  }

  convTranspose(x: Value, w: Value, attributes: Attributes): Value {
    return this.node('ConvTranspose', [x, w], attributes);
  }

  /** 0, 1, ... count - 1 as int64 [1, count]. From opset 9 on the runtime makes it when it loads the model, which keeps patches small. */
  countingRow(count: number): Value {
    if (this.opset < 9 || count <= 32)
      return this.ints(
        Array.from({ length: count }, (_, index) => index),
        [1, count],
      );
    return this.node('NonZero', [this.node('Expand', [this.scalar(1), this.ints([count])])]);
  }

  refuse(reason: string): never {
    throw new Refusal(reason);
  }
}
