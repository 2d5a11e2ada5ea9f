import { only, type Rule, type Rules } from './rule.ts';
import { at, mapped, type Values, zeros } from './values.ts';

/** y = f(x) with dy/dx = slope(x, y). */
function elementwise(f: (x: number) => number, slope: (x: number, y: number) => number): Rule {
  return {
    forward: (_node, inputs) => mapped(only(inputs), f),
    backward: (_node, gradient, inputs, output) => {
      const x = only(inputs);
      return [mapped(gradient, (g, i) => g * slope(at(x.data, i), at(output.data, i)))];
    },
  };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** erf by its series for small x and its continued fraction for large x, to 1e-15. */
function erf(x: number): number {
  const z = Math.abs(x);
  if (z < 2.5) {
    let [sum, term] = [z, z];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -(z * z) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum * Math.sign(x) || 0;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction);
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction)));
}

/** P(normal < x) */
const normalBelow = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;
const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Where b repeats over a: the same dims, or one value per channel of a map. */
const repeats = (a: Values, b: Values): number => a.data.length / b.data.length;

export const elementwiseRules: Rules<'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'gelu' | 'add' | 'multiply'> = {
  relu: elementwise(
    (x) => Math.max(0, x),
    (x) => (x > 0 ? 1 : 0),
  ),
  relu6: elementwise(
    (x) => Math.min(6, Math.max(0, x)),
    (x) => (x > 0 && x < 6 ? 1 : 0),
  ),
  sigmoid: elementwise(logistic, (_x, y) => y * (1 - y)),
  tanh: elementwise(Math.tanh, (_x, y) => 1 - y * y),
  gelu: elementwise(
    (x) => x * normalBelow(x),
    (x) => normalBelow(x) + x * normalDensity(x),
  ),
  add: {
    forward: (_node, [a, b]) => mapped(a as Values, (value, i) => value + at((b as Values).data, i)),
    backward: (_node, gradient) => [gradient, gradient],
  },
  multiply: {
    forward: (_node, inputs) => {
      const [a, b] = inputs as [Values, Values];
      return mapped(a, (value, i) => value * at(b.data, Math.floor(i / repeats(a, b))));
    },
    backward: (_node, gradient, inputs) => {
      const [a, b] = inputs as [Values, Values];
      const each = repeats(a, b);
      const db = zeros(b.dims);
      gradient.data.forEach((g, i) => {
        const j = Math.floor(i / each);
        db.data[j] = at(db.data, j) + g * at(a.data, i);
      });
      return [mapped(gradient, (g, i) => g * at(b.data, Math.floor(i / each))), db];
    },
  },
};
