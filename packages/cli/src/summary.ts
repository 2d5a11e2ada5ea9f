import type { Done } from './explain-file.ts';
import type { Job } from './job.ts';
import { nameOf, percent, type Result } from './result.ts';
import { table } from './table.ts';

/** What holds for all results: model, layer and method. */
export function heading({ path, model, method }: Job, [first]: readonly Done[]): string {
  const layer = first?.result.explanation.layer;
  return [
    `${path} on ${model.backend}, ${method.title}`,
    ...(layer ? [`layer ${layer.name} [${layer.dims.join(' x ')}]: ${layer.reason}`] : []),
  ].join('\n');
}

/** One result in detail, or a row for each of several. */
export function summary(all: readonly Done[]): string {
  const [only, ...others] = all;
  if (only && others.length === 0) return detail(only);
  return table([
    ['input', 'class', 'probability', 'score', 'evidence', 'file'],
    ...all.map(({ result, where, files }) => {
      const { target } = result.explanation;
      const name = nameOf(target.index, result.labels);
      return [result.input, name, percent(target.probability), target.score.toFixed(3), where, files.join(', ')];
    }),
  ]);
}

function detail({ result, where, files }: Done): string {
  const { target } = result.explanation;
  return [
    result.input,
    ...files.map((file) => `wrote ${file}`),
    '',
    predicted(result),
    '',
    `Evidence for ${nameOf(target.index, result.labels)} (score ${target.score.toFixed(3)}): ${where}.`,
  ].join('\n');
}

function predicted({ explanation: { predictions, target }, labels }: Result): string {
  return table([
    ['prediction', 'class', 'probability', 'score', ''],
    ...predictions.map(({ index, probability, score }) => [
      nameOf(index, labels),
      String(index),
      percent(probability),
      score.toFixed(3),
      index === target.index ? '< explained' : '',
    ]),
  ]);
}
