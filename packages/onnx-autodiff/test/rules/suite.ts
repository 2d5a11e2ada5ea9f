import { describe, expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { dynamicQuantisation } from '../../src/rules/quantized/dynamic.ts';
import { linearQuantisation } from '../../src/rules/quantized/linear.ts';
import { quantisedOperators } from '../../src/rules/quantized/operators.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { type Case, OPSETS } from './case.ts';
import { cases } from './cases/index.ts';
import { faultOf } from './check.ts';
import type { Runtime } from './runtime.ts';

const holdsAt = (rule: Rule, opset: number): boolean =>
  opset >= (rule.since ?? 0) && opset <= (rule.until ?? Number.POSITIVE_INFINITY);
const isFor = (row: Case, rule: Rule): boolean => row.op === rule.op && (row.domain ?? '') === (rule.domain ?? '');

/** The opsets at which a row runs: those it asks for, where the operator has a rule. */
export function opsetsOf(row: Case): number[] {
  const own = rules.filter((rule) => isFor(row, rule));
  return OPSETS.filter(
    (opset) =>
      opset >= (row.since ?? 0) &&
      opset <= (row.until ?? Number.POSITIVE_INFINITY) &&
      (row.domain ? true : own.some((rule) => holdsAt(rule, opset))),
  );
}

/** Checks every rule on one runtime, at the given opsets; a row that has none of them, at its last. */
export function checkRules(runtime: Runtime, among: readonly number[] = OPSETS): void {
  describe(`rules on ${runtime.name}`, () => {
    for (const row of cases) {
      const title = [row.domain, row.op].filter(Boolean).join('.') + (row.about ? `, ${row.about}` : '');
      test(title, async () => {
        const all = opsetsOf(row);
        expect(all, 'a row must run at some opset').not.toHaveLength(0);
        const some = all.filter((opset) => among.includes(opset));
        for (const opset of some.length > 0 ? some : all.slice(-1))
          expect(await faultOf(runtime, row, opset), `at opset ${opset}`).toBeUndefined();
      });
    }
  });
}

/** Rounding hides a straight-through gradient from differences: test/quantized checks these, each has a twin there. */
const straightThrough: ReadonlySet<Rule> = new Set([
  ...linearQuantisation,
  ...quantisedOperators,
  ...dynamicQuantisation,
]);

/** The rows of the rule table that no case covers. */
export function uncovered(): string[] {
  return rules
    .filter((rule) => typeof rule.vjp === 'function' && !straightThrough.has(rule))
    .filter(
      (rule) =>
        !cases.some((row) => isFor(row, rule) && (rule.domain || opsetsOf(row).some((opset) => holdsAt(rule, opset)))),
    )
    .map((rule) => `${rule.op} since ${rule.since ?? 0}`);
}
