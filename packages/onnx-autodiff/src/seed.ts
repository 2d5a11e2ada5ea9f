import type { Emitter } from './emit/emitter.ts';
import type { Value } from './emit/tape.ts';
import { AutodiffError } from './errors.ts';
import type { Facts } from './graph/facts.ts';
import { type Fact, FLOAT, INT64 } from './graph/types.ts';

/** Where the gradient starts, and the inputs that say so. */
export interface Seeding {
  readonly seeds: ReadonlyMap<string, Value>;
  readonly inputs: readonly (readonly [name: string, fact: Fact])[];
  readonly classInput: string | null;
  readonly cotangentInputs: ReadonlyMap<string, string>;
}

/**
 * Seeds for the tensors `of`: a class per sample, or a cotangent of each.
 * @throws AutodiffError `bad-option` where a class is wanted of something that has none
 */
export function seedsOf(
  e: Emitter,
  facts: Facts,
  of: readonly string[],
  kind: 'class' | 'cotangent',
  classInput: 'required' | 'optional' = 'required',
): Seeding {
  if (kind === 'cotangent') {
    const pairs = of.map((name): readonly [string, Value] => [
      name,
      { name: e.freeName(`cotangent/${name}`), type: FLOAT, dims: facts.of(name).dims },
    ]);
    return {
      seeds: new Map(pairs),
      inputs: pairs.map(([, { name, type, dims }]) => [name, { type, dims }]),
      classInput: null,
      cotangentInputs: new Map(pairs.map(([name, value]) => [name, value.name])),
    };
  }
  const [score] = of;
  if (score === undefined || of.length > 1)
    throw new AutodiffError(
      'bad-option',
      `seed "class" differentiates one tensor, not ${of.length}; expected one name in \`of\``,
    );
  const value = facts.float32(e, { name: score, ...facts.of(score) });
  // a default has one row for all samples, so that its number of rows must stay open
  const fact = { type: INT64, dims: [classInput === 'optional' ? null : (value.dims?.[0] ?? 'N')] };
  const classes = { name: e.freeName('class'), ...fact };
  return {
    seeds: new Map([[score, classSeed(e, value, classes)]]),
    inputs: [[classes.name, fact]],
    classInput: classes.name,
    cotangentInputs: new Map(),
  };
}

/**
 * The one-hot cotangent of a class score, chosen at run time: row n of `classes` (int64 [N]) names the class of sample n,
 * -1 its own top class (first of equals). A score with one unit is pulled towards the decided side: negated where it is below 0.
 * Only words that exist since opset 7.
 *
 * @param score [N, C], or [N, C, 1, ...]; C must be known
 * @param classes int64 [N]
 */
function classSeed(e: Emitter, score: Value, classes: Value): Value {
  const dims = score.dims;
  const count = dims?.[1];
  if (!dims || dims.length < 2 || typeof count !== 'number' || dims.slice(2).some((dim) => dim !== 1)) {
    throw new AutodiffError(
      'bad-option',
      `${score.name} has dims [${dims ?? 'unknown'}], no class scores; expected [N, C] with a known C, choose another \`of\` or seed it with a cotangent`,
    );
  }
  const rows =
    dims.length > 2
      ? e.squeeze(
          score,
          dims.slice(2).map((_, axis) => axis + 2),
        )
      : score;
  const asked = e.float(classes);
  const free = e.indicator(e.below(asked, 0));
  const top = e.float({ ...e.node('ArgMax', [rows], { axis: 1, keepdims: 0 }), type: INT64 });
  const chosen = e.add(e.mul(free, top), e.mul(e.from(1, free), asked));
  const column = e.unsqueeze(e.cast(chosen, INT64), [1]);
  const row = e.countingRow(count);
  const hot = e.indicator(e.node('Equal', [column, row]));
  const oneHot = count > 1 ? hot : e.mul(hot, decidedSide(e, rows, free));
  return { ...(dims.length > 2 ? e.reshape(oneHot, [-1, count, ...dims.slice(2).map(() => 1)]) : oneHot), dims };
}

/** -1 where the only unit is below zero and no class was asked for, else 1. [N, 1] */
function decidedSide(e: Emitter, rows: Value, free: Value): Value {
  const negative = e.mul(e.indicator(e.below(rows, 0)), e.unsqueeze(free, [1]));
  return e.from(1, e.times(negative, 2));
}
