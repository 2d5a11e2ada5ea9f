export { guided } from './guided.ts';
export { missing, type Passed } from './missing.ts';
export type { Rule } from './rule.ts';
export { rules } from './rules.ts';
export { withGradients } from './with-gradients.ts';
