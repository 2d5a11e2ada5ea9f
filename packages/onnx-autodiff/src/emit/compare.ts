import { BOOL } from '../graph/types.ts';
import { Arithmetic } from './arithmetic.ts';
import type { Value } from './tape.ts';

/** The lowest finite float32. */
const LOWEST = -(2 ** 128 - 2 ** 104);

/** Comparisons of float32 tensors, and selection by their outcome. Conditions are bool tensors. */
export class Compare extends Arithmetic {
  greater(a: Value, b: Value): Value {
    return this.node('Greater', [a, b]);
  }

  less(a: Value, b: Value): Value {
    return this.node('Less', [a, b]);
  }

  not(a: Value): Value {
    return this.node('Not', [a]);
  }

  and(a: Value, b: Value): Value {
    return this.node('And', [a, b]);
  }

  or(a: Value, b: Value): Value {
    return this.node('Or', [a, b]);
  }

  /** a > number */
  above(a: Value, limit: number): Value {
    return this.greater(a, this.scalar(limit));
  }

  /** a < number */
  below(a: Value, limit: number): Value {
    return this.less(a, this.scalar(limit));
  }

  /** a >= b, said with what opset 7 has; true where either is NaN. */
  atLeast(a: Value, b: Value): Value {
    return this.not(this.less(a, b));
  }

  /** low < a < high; an absent or infinite limit does not count. Always true where both are absent. */
  within(a: Value, low: number, high: number): Value | undefined {
    const above = low > Number.NEGATIVE_INFINITY ? this.above(a, low) : undefined;
    const below = high < Number.POSITIVE_INFINITY ? this.below(a, high) : undefined;
    return above && below ? this.and(above, below) : (above ?? below);
  }

  /** `a` with the lowest finite number in place of minus infinity, so that a product with zero is zero. */
  bounded(a: Value): Value {
    if (this.opset >= 11) return { ...this.node('Clip', [a, this.scalar(LOWEST)]), dims: a.dims };
    return { ...this.node('Clip', [a], { min: { float: LOWEST } }), dims: a.dims };
  }

  /** Float equality; the operator itself takes floats since opset 11. */
  equal(a: Value, b: Value): Value {
    if (this.opset >= 11) return this.node('Equal', [a, b]);
    return this.not(this.or(this.less(a, b), this.greater(a, b)));
  }

  /** a != 0; NaN counts as zero. */
  nonzero(a: Value): Value {
    return this.or(this.above(a, 0), this.below(a, 0));
  }

  /** -1, 0 or 1. The operator Sign, which exists since opset 9, runs on a CPU only. */
  sign(a: Value): Value {
    return this.sub(this.indicator(this.above(a, 0)), this.indicator(this.below(a, 0)));
  }

  /** 1 where the condition holds, else 0. */
  indicator(condition: Value): Value {
    return this.float({ ...condition, type: BOOL });
  }

  /** Ones of the sizes of `a`, whatever its values: nothing is less than itself, NaN and infinity included. */
  ones(a: Value): Value {
    return this.indicator(this.not(this.less(a, a)));
  }

  /** Zeros of the sizes of `a`, whatever its values. */
  zerosOf(a: Value): Value {
    return this.indicator(this.less(a, a));
  }

  /** `a` where the condition holds, else 0, also where `a` is infinite or NaN there (from opset 9). An absent condition always holds. */
  gate(condition: Value | undefined, a: Value): Value {
    if (!condition) return a;
    if (this.opset >= 9) return this.node('Where', [condition, a, this.scalar(0)]);
    return this.mul(a, this.indicator(condition));
  }

  /** `a` where the condition holds, else `b`. Before opset 9 both must be finite everywhere. */
  select(condition: Value, a: Value, b: Value): Value {
    if (this.opset >= 9) return this.node('Where', [condition, a, b]);
    const chosen = this.indicator(condition);
    return this.add(this.mul(chosen, a), this.mul(this.from(1, chosen), b));
  }
}
