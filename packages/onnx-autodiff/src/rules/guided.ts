import type { RuleTable } from './rule.ts';

/** Operators that cut off below: where guided backpropagation also cuts off negative gradients. */
const RECTIFIERS = new Set(['Relu', 'Clip']);

/**
 * Guided backpropagation (Springenberg et al. 2015, https://arxiv.org/abs/1412.6806, section 3.4): a rectifier lets only
 * positive gradients through. The same table with the rows of the rectifiers wrapped.
 */
export function guided(table: RuleTable): RuleTable {
  return table.map((rule) => {
    const { vjp } = rule;
    if (vjp === 'none' || rule.domain || !RECTIFIERS.has(rule.op)) return rule;
    return {
      ...rule,
      vjp: (context) => vjp({ ...context, g: context.e.gate(context.e.above(context.g, 0), context.g) }),
    };
  });
}
