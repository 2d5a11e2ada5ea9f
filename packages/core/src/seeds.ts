import { GradcamError } from './errors.ts';
import { sampleOf } from './features.ts';
import type { Model, Outputs, Seed } from './model.ts';
import type { Sample, Target } from './target.ts';
import type { Tensor } from './tensor.ts';

/** What the model said about sample `index` of a batch. */
export function outputsOf(model: Model, { output, outputs }: Outputs, index: number): Sample {
  return {
    output: sampleOf(output, index),
    outputs: new Map([...outputs].map(([name, tensor]) => [name, sampleOf(tensor, index)])),
    score: model.score,
  };
}

/** The seed by which a backend chooses the classes itself, in the same pass; null when any target is more than a plain class score. */
export function classSeed(targets: readonly Target[]): Seed | null {
  if (targets.every(({ seed }) => seed === 'top')) return 'top';
  const classes = targets.flatMap(({ seed }) => (typeof seed === 'number' ? [seed] : []));
  return classes.length === targets.length ? classes : null;
}

/**
 * The slopes of one target per sample as one cotangent per output, each of its output's dims.
 * @throws GradcamError `bad-target` when a slope names an unknown output or has a wrong length
 */
export function slopeSeed(model: Model, outputs: Outputs, targets: readonly Target[]): Seed {
  const seeds = new Map<string, Tensor>();
  targets.forEach((target, index) => {
    const { slope } = target.evaluate(outputsOf(model, outputs, index));
    const slopes = slope instanceof Float32Array ? new Map([[model.score.output, slope]]) : slope;
    for (const [name, values] of slopes) {
      const like = name === model.score.output ? outputs.output : outputs.outputs.get(name);
      const size = (like?.data.length ?? 0) / targets.length;
      if (!like || values.length !== size) {
        const expected = like
          ? `${size} values`
          : `one of ${[model.score.output, ...outputs.outputs.keys()].join(', ')}`;
        throw new GradcamError(
          'bad-target',
          `the slope of "${target.name}" has ${values.length} values for output ${name}; expected ${expected}`,
        );
      }
      const seed = seeds.get(name) ?? { data: new Float32Array(like.data.length), dims: like.dims };
      seed.data.set(values, index * size);
      seeds.set(name, seed);
    }
  });
  return seeds;
}
