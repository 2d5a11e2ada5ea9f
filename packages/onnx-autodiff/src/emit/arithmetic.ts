import { FLOAT } from '../graph/types.ts';
import { Tape, type Value } from './tape.ts';

/** Element-wise operators; operands broadcast as in numpy (opset 7). */
export class Arithmetic extends Tape {
  add(a: Value, b: Value): Value {
    return this.node('Add', [a, b]);
  }

  sub(a: Value, b: Value): Value {
    return this.node('Sub', [a, b]);
  }

  mul(a: Value, b: Value): Value {
    return this.node('Mul', [a, b]);
  }

  div(a: Value, b: Value): Value {
    return this.node('Div', [a, b]);
  }

  /** value + number */
  plus(a: Value, b: number): Value {
    return b === 0 ? a : this.add(a, this.scalar(b));
  }

  /** value * number */
  times(a: Value, b: number): Value {
    return b === 1 ? a : b === -1 ? this.neg(a) : this.mul(a, this.scalar(b));
  }

  /** number - value */
  from(a: number, b: Value): Value {
    return this.sub(this.scalar(a), b);
  }

  /** The product of several. */
  product(first: Value, ...others: readonly Value[]): Value {
    return others.reduce((product, other) => this.mul(product, other), first);
  }

  neg(a: Value): Value {
    return this.node('Neg', [a]);
  }

  abs(a: Value): Value {
    return this.node('Abs', [a]);
  }

  square(a: Value): Value {
    return this.mul(a, a);
  }

  sqrt(a: Value): Value {
    return this.node('Sqrt', [a]);
  }

  reciprocal(a: Value): Value {
    return this.node('Reciprocal', [a]);
  }

  exp(a: Value): Value {
    return this.node('Exp', [a]);
  }

  log(a: Value): Value {
    return this.node('Log', [a]);
  }

  pow(a: Value, b: Value): Value {
    return this.node('Pow', [a, b]);
  }

  tanh(a: Value): Value {
    return this.node('Tanh', [a]);
  }

  sigmoid(a: Value): Value {
    return this.node('Sigmoid', [a]);
  }

  sin(a: Value): Value {
    return this.node('Sin', [a]);
  }

  cos(a: Value): Value {
    return this.node('Cos', [a]);
  }

  erf(a: Value): Value {
    this.need(9, 'Erf');
    return this.node('Erf', [a]);
  }

  cast(a: Value, type: number): Value {
    return { ...this.node('Cast', [a], { to: type }), dims: a.dims, type };
  }

  /** As float32, whatever it was. */
  float(a: Value): Value {
    return a.type === FLOAT ? a : this.cast(a, FLOAT);
  }
}
