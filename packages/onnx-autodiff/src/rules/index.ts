import { activation } from './activation.ts';
import { contribAttention } from './attention/contrib.ts';
import { standardAttention } from './attention/standard.ts';
import { constant } from './constant.ts';
import { fused } from './contrib/fused.ts';
import { gelus } from './contrib/gelu.ts';
import { packedWeights } from './contrib/packed-weights.ts';
import { refused } from './contrib/refused.ts';
import { skipNormalizations } from './contrib/skip-normalization.ts';
import { conv } from './conv.ts';
import { cumulative } from './cumulative.ts';
import { einsum } from './einsum.ts';
import { elementwise } from './elementwise.ts';
import { gathering } from './gather.ts';
import { gridSample } from './grid-sample.ts';
import { matmul } from './matmul.ts';
import { normalize } from './normalize.ts';
import { pad } from './pad.ts';
import { pool } from './pool.ts';
import { dynamicQuantisation } from './quantized/dynamic.ts';
import { linearQuantisation } from './quantized/linear.ts';
import { quantisedOperators } from './quantized/operators.ts';
import { reduce } from './reduce.ts';
import { refusedStandard } from './refused.ts';
import { regions } from './regions.ts';
import { resize } from './resize.ts';
import type { RuleTable } from './rule.ts';
import { scattered } from './scatter.ts';
import { shape } from './shape.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { spatial } from './spatial.ts';
import { trigonometric } from './trigonometric.ts';

/** Every operator with a gradient rule, or with none by nature. */
export const rules: RuleTable = [
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
  ...linearQuantisation,
  ...quantisedOperators,
  ...dynamicQuantisation,
  ...standardAttention,
  ...contribAttention,
  ...fused,
  ...gelus,
  ...skipNormalizations,
  ...packedWeights,
  ...refusedStandard,
  ...refused,
  ...constant,
];
