import { laws } from './laws/index.ts';
import type { LawName } from './laws/law.ts';
import { networks } from './networks/index.ts';
import { type TestModelOptions, testModel } from './test-model.ts';

/** Networks on which a slow device is judged by all laws. */
const THOROUGH = ['a residual block', 'a head of pooling and a linear layer'];

const isThorough = (name: string): boolean => THOROUGH.includes(name);

/**
 * For devices that are emulated: all laws on a few networks, and on the others only the oracle, which compares every number of a map with
 * PyTorch's.
 */
export function testSlowModel(options: Omit<TestModelOptions, 'networks' | 'laws'>): void {
  const skipsOf = (names: readonly LawName[], thorough: boolean): NonNullable<TestModelOptions['skip']> =>
    (options.skip ?? []).filter(
      ({ law, network }) =>
        (law === undefined || names.includes(law)) && (network === undefined || isThorough(network) === thorough),
    );
  for (const thorough of [true, false]) {
    const judged = thorough ? laws.map(({ name }) => name) : (['oracle'] as const);
    testModel({
      ...options,
      networks: networks.filter(({ name }) => isThorough(name) === thorough),
      laws: judged,
      skip: skipsOf(judged, thorough),
    });
  }
}
