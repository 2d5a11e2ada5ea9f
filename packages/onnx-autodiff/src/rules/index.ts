import { activation } from './activation.ts';
import { elementwise } from './elementwise.ts';
import type { RuleTable } from './rule.ts';

/** Every operator with a gradient rule, or with none by nature. */
export const rules: RuleTable = [...elementwise, ...activation];
