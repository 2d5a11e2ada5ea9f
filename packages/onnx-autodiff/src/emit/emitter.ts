import { Indexing } from './indexing.ts';
import type { Attributes } from './node-proto.ts';
import { Refusal } from './refusal.ts';
import type { Value } from './tape.ts';

/** Linear algebra: with what it inherits, the words in which rules are written. Every difference between opsets is in this folder. */
export class Emitter extends Indexing {
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

  refuse(reason: string): never {
    throw new Refusal(reason);
  }
}
