import type { Case } from '../case.ts';
import { activation } from './activation.ts';
import { attention } from './attention.ts';
import { contrib } from './contrib.ts';
import { conv } from './conv.ts';
import { cumulative } from './cumulative.ts';
import { einsum } from './einsum.ts';
import { elementwise } from './elementwise.ts';
import { gathering } from './gather.ts';
import { gridSample } from './grid-sample.ts';
import { matmul } from './matmul.ts';
import { normalize } from './normalize.ts';
import { packedWeights } from './packed-weights.ts';
import { pad } from './pad.ts';
import { pool } from './pool.ts';
import { reduce } from './reduce.ts';
import { regions } from './regions.ts';
import { resize } from './resize.ts';
import { scattered } from './scatter.ts';
import { shape } from './shape.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { spatial } from './spatial.ts';
import { trigonometric } from './trigonometric.ts';

/** Every row that checks a rule, one list per family as in src/rules. */
export const cases: readonly Case[] = [
  ...elementwise,
  ...trigonometric,
  ...activation,
  ...matmul,
  ...einsum,
  ...conv,
  ...pool,
  ...normalize,
  ...reduce,
  ...cumulative,
  ...softmax,
  ...shape,
  ...slice,
  ...pad,
  ...gathering,
  ...scattered,
  ...spatial,
  ...resize,
  ...gridSample,
  ...regions,
  ...contrib,
  ...attention,
  ...packedWeights,
];
