import { describe, expect, test } from 'vitest';
import { dynamicQuantisation } from '../../src/rules/quantized/dynamic.ts';
import { linearQuantisation } from '../../src/rules/quantized/linear.ts';
import { quantisedOperators } from '../../src/rules/quantized/operators.ts';
import type { Runtime } from '../rules/runtime.ts';
import { dynamicTwins } from './dynamic-twins.ts';
import { faultOfTwin } from './twin.ts';
import { twins } from './twins.ts';

const all = [...twins, ...dynamicTwins];

export function checkTwins(runtime: Runtime): void {
  describe(`quantised operators on ${runtime.name}`, () => {
    test.each(all.map((twin) => [twin.name, twin] as const))('%s', async (_, twin) => {
      expect(await faultOfTwin(runtime, twin)).toBeUndefined();
    });

    test('every quantised operator has a twin', () => {
      const used = new Set(all.flatMap(({ quantised }) => quantised.nodes.map(([op]) => op)));
      const rules = [...linearQuantisation, ...quantisedOperators, ...dynamicQuantisation];
      expect(rules.map(({ op }) => op).filter((op) => !used.has(op))).toEqual([]);
    });
  });
}
