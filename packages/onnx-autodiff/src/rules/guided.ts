import type { Node } from '../graph/node.ts';
import type { RuleTable } from './rule.ts';

/** Operators that cut off below: where guided backpropagation also cuts off negative gradients. */
const RECTIFIERS = new Set(['Relu', 'Clip']);

const rectifies = (node: Node): boolean => RECTIFIERS.has(node.op) || RECTIFIERS.has(node.string('activation', ''));

/**
 * Guided backpropagation (Springenberg et al. 2015, https://arxiv.org/abs/1412.6806, section 3.4): a rectifier lets only
 * positive gradients through. The same table with the rows of the rectifiers wrapped.
 */
export function guided(table: RuleTable): RuleTable {
  return table.map((rule) => {
    const { vjp } = rule;
    if (typeof vjp !== 'function' || (!RECTIFIERS.has(rule.op) && !rule.op.startsWith('Fused'))) return rule;
    return {
      ...rule,
      vjp: (context) => {
        const { e, g, node } = context;
        return vjp(rectifies(node) ? { ...context, g: e.gate(e.above(g, 0), g) } : context);
      },
    };
  });
}
