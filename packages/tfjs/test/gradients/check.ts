import { dispose, grads, tensor, tidy, util } from '@tensorflow/tfjs-core';
import { type Rule, withGradients } from '../../src/gradients/index.ts';
import { type Case, normal } from './case.ts';

/** Largest relative error of a gradient. */
export const TOLERANCE = 1e-5;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** The largest relative error of the gradients of one case; throws where tfjs throws. */
export async function errorOf(row: Case, backend: string, rules: readonly Rule[]): Promise<number> {
  const values = row.inputs.map((shape, i) =>
    i === 0 && row.values ? Float32Array.from(row.values) : normal(11 + i, util.sizeFromShape([...shape])),
  );
  const inputs = values.map((data, i) => tensor(data, [...(row.inputs[i] ?? [])]));
  const output = tidy(() => row.run(...inputs));
  const cotangent = normal(23, output.size);
  const dy = tensor(cotangent, output.shape);
  const gradients = tidy(() => withGradients(backend, () => grads(row.run)(inputs, dy), rules));
  const given = await Promise.all(gradients.map((gradient) => gradient.data()));
  dispose([inputs, output, dy, gradients]);
  const errors = given.map(async (gradient, i) => {
    if (!row.expected) return adjointError(row, values, i, cotangent, gradient);
    const expected = row.expected(values[i] as Float32Array, cotangent);
    const difference = Float64Array.from(expected, (value, j) => (gradient[j] as number) - value);
    return norm(difference) / norm(expected);
  });
  return Math.max(...(await Promise.all(errors)));
}

/**
 * |<f(v) - f(0), dy> - <v, dx>| / |dx| for normal v. An error e of dx shows as <v, e>, whose standard deviation is |e|:
 * the largest of eight estimates the relative error of dx.
 */
async function adjointError(
  row: Case,
  values: readonly Float32Array[],
  input: number,
  dy: Float32Array,
  dx: ArrayLike<number>,
): Promise<number> {
  const at = async (v: Float32Array): Promise<Float32Array> => {
    const inputs = values.map((data, i) => tensor(i === input ? v : data, [...(row.inputs[i] ?? [])]));
    const output = tidy(() => row.run(...inputs));
    const data = (await output.data()) as Float32Array;
    dispose([inputs, output]);
    return data;
  };
  const origin = await at(new Float32Array(dx.length));
  let worst = 0;
  for (let trial = 0; trial < 8; trial++) {
    const v = normal(100 + trial, dx.length);
    const moved = (await at(v)).map((value, i) => value - (origin[i] as number));
    worst = Math.max(worst, Math.abs(dot(moved, dy) - dot(v, dx)) / norm(dx));
  }
  return worst;
}
