/** exp(x) over the sum of all exp(x): not a number where a value is none. */
export function softmax(values: ArrayLike<number>): Float64Array {
  const scores = Float64Array.from(values);
  const max = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = scores.map((score) => Math.exp(score - max));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}
