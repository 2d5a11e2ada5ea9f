import { activation } from './activation.ts';
import { constant } from './constant.ts';
import { conv } from './conv.ts';
import { elementwise } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { normalize } from './normalize.ts';
import { pool } from './pool.ts';
import { quantize } from './quantize.ts';
import { reduce } from './reduce.ts';
import type { RuleTable } from './rule.ts';
import { shape } from './shape.ts';
import { softmax } from './softmax.ts';
import { spatial } from './spatial.ts';

/** Every operator with a gradient rule, or with none by nature. */
export const rules: RuleTable = [
  ...elementwise,
  ...activation,
  ...matmul,
  ...conv,
  ...pool,
  ...normalize,
  ...reduce,
  ...softmax,
  ...shape,
  ...spatial,
  ...quantize,
  ...constant,
];
