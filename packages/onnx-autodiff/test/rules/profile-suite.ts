import { describe, expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { type Profile, profiled } from '../../src/rules/profile.ts';
import { cases } from './cases/index.ts';
import { faultOf } from './check.ts';
import type { Runtime } from './runtime.ts';
import { opsetsOf } from './suite.ts';

/** Checks the rows that a profile puts in front, by the cases of the rows that they replace. */
export function checkProfile(runtime: Runtime, profile: Profile): void {
  describe(`profile ${profile}`, () => {
    const table = profiled(rules, profile);
    const own = table.slice(0, -rules.length);
    for (const { op, since = 0 } of own)
      for (const row of cases.filter((each) => each.op === op && !each.domain))
        test(`${op}${row.about ? `, ${row.about}` : ''}`, async () => {
          for (const opset of opsetsOf(row).filter((each) => each >= since))
            expect(await faultOf(runtime, row, opset, table), `at opset ${opset}`).toBeUndefined();
        });
  });
}
