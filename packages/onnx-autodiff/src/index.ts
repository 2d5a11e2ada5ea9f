export { type Augmented, type AugmentOptions, augment } from './augment.ts';
export { AutodiffError, type AutodiffErrorCode, type Blocker } from './errors.ts';
export type { Shapes } from './graph/facts.ts';
export type { Dim, Dims, Fact } from './graph/types.ts';
export { rules } from './rules/index.ts';
export type { Rule, RuleTable } from './rules/rule.ts';
export type { ScoreTensor } from './score.ts';
