import { type Explanation, explanationToJson } from '@gradcam/core';

/** Something a person should know of one input; the codes are core's and, of the command itself, `guessed-preprocess` and `label-count`. */
export interface Notice {
  readonly code: string;
  readonly message: string;
}

/** One explained sample, with what the command knows and core does not. */
export interface Result {
  readonly explanation: Explanation;
  readonly model: string;
  /** Path as given; `x.npy[1]` for the second sample of an array. */
  readonly input: string;
  readonly labels: readonly string[] | undefined;
  /** Of the picture or array that was fed. */
  readonly size: { readonly width: number; readonly height: number };
  readonly preprocess: unknown;
  readonly notices: readonly Notice[];
  readonly timings: Readonly<Record<string, number>>;
}

/** The object that `--json` writes; scripts depend on its fields. */
export function resultToJson({
  explanation,
  model,
  input,
  labels,
  size,
  preprocess,
  notices,
  timings,
}: Result): object {
  const { version, numerics, backend, method, layer, target, predictions, map, seed, settings, warnings } =
    explanationToJson(explanation);
  const label = (index: number | null): string | null => (index === null ? null : (labels?.[index] ?? null));
  return {
    version,
    numerics,
    model,
    input,
    backend,
    method,
    layer,
    target: {
      name: target.name,
      index: target.index,
      label: label(target.index),
      score: target.score,
      probability: target.probability,
    },
    predictions: predictions.map(({ index, score, probability }) => ({
      index,
      label: label(index),
      score,
      probability,
    })),
    map,
    settings: { seed, ...settings },
    heatmap: size,
    preprocess,
    warnings: [...warnings, ...notices],
    timings,
  };
}

/** "tiger cat", or "class 7" without labels. */
export function nameOf(index: number | null, labels: readonly string[] | undefined): string {
  return index === null ? 'the target' : labels?.[index] || `class ${index}`;
}

/** "82.6 %"; a dash where there is no probability. */
export const percent = (probability: number | null): string =>
  probability === null ? '-' : `${(100 * probability).toFixed(1)} %`;
