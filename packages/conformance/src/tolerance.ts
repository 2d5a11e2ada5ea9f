import type { Tolerance } from './laws/law.ts';
import type { Network } from './network.ts';

/** What each way of storing weights allows; an adapter may only ask for less. */
const tolerances: Readonly<Record<Network['stored'], Tolerance>> = {
  float32: { same: 1e-6, difference: 2e-2, oracle: 1e-4, correlation: 1 },
  float16: { same: 2e-3, difference: 1e-1, oracle: 2e-3, correlation: 1 },
  // float32 noise may move a value over a rounding boundary: one step of 1/255 of the range, in one cell
  quantised: { same: 1e-4, difference: 2e-2, oracle: 1e-4, correlation: 0.95 },
};

export function toleranceFor({ stored }: Network, own: Partial<Tolerance> = {}): Tolerance {
  return { ...tolerances[stored], ...own };
}
