import type { Node } from '../graph/node.ts';
import { convolutionRules } from './convolution.ts';
import { elementwiseRules } from './elementwise.ts';
import { linearRules } from './linear.ts';
import { movingRules } from './moving.ts';
import { normalisingRules } from './normalising.ts';
import { poolingRules } from './pooling.ts';
import type { Rule } from './rule.ts';

const rules = {
  ...convolutionRules,
  ...elementwiseRules,
  ...linearRules,
  ...movingRules,
  ...normalisingRules,
  ...poolingRules,
};

/** How an operation is computed and differentiated; inputs have no rule, their values are given. */
export function ruleOf({ op, name }: Node): Rule {
  if (op === 'input') throw new Error(`${name} is an input; expected its value to be given`);
  return rules[op] as unknown as Rule;
}
