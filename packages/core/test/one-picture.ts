import { expect } from 'vitest';
import { type ExplainOptions, type Explanation, explain, type Tensor, tensor, xoshiro128 } from '../src/index.ts';
import { reluNetwork } from './relu-network.ts';

/** A seeded picture [1, 2, ...space], more bright than dark. */
export function draw(space: readonly number[], seed = 4): Tensor {
  const { normal } = xoshiro128(seed);
  const dims = [1, 2, ...space];
  return tensor(
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => normal() + 0.3),
    dims,
  );
}

export const space: readonly number[] = [6, 8];
export const picture: Tensor = draw(space);

/** What the ReLU network of the picture's size says of its class 0. */
export async function one(options: ExplainOptions = {}, x: Tensor = picture): Promise<Explanation> {
  const [found] = await explain(reluNetwork(x.dims.slice(2)), x, { target: 0, ...options });
  if (!found) throw new Error('no explanation');
  return found;
}

export function closeTo(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i] ?? Number.NaN, 5);
}

/** After ReLU, over its largest value. */
export function shown({ data, dims }: Tensor): Tensor {
  const largest = data.reduce((a, b) => Math.max(a, b), 0);
  return { data: data.map((value) => Math.max(0, value) / largest), dims };
}
