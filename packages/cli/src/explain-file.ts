import { performance } from 'node:perf_hooks';
import { type Explanation, explain, overlay } from '@gradcam/core';
import { alone, arraysOf, writeArrays } from './arrays.ts';
import type { Feed } from './feed.ts';
import type { InputFile } from './input-files.ts';
import type { Job } from './job.ts';
import { mapFor } from './look-option.ts';
import { encodePicture } from './picture-file.ts';
import type { Notice, Result } from './result.ts';
import { heatmapAt } from './shown-map.ts';
import { whereabouts } from './whereabouts.ts';
import { writeWhole } from './write-file.ts';

/** A result, and what was written of it. */
export interface Done {
  readonly result: Result;
  readonly where: string;
  /** The picture and the folder of arrays, as shown to people. */
  readonly files: readonly string[];
}

/**
 * Explains one file, one result per sample, and writes its pictures and arrays.
 * @throws GradcamError, FileError
 */
export async function explainFile(job: Job, file: InputFile): Promise<readonly Done[]> {
  const { model, method, layer, how, target } = job;
  const signal = job.io.signal;
  const started = performance.now();
  const feed = await job.feeder.feed(file);
  job.outputs.hold(feed.tensor.dims[0] ?? 1);
  const fed = performance.now();
  const explanations = await explain(model, feed.tensor, {
    ...how,
    target,
    method,
    ...(layer === undefined ? {} : { layer }),
    ...(signal ? { signal } : {}),
  });
  const timings = { read: milliseconds(fed - started), explain: milliseconds(performance.now() - fed) };
  const done: Done[] = [];
  for (const [index, explanation] of explanations.entries()) {
    signal?.throwIfAborted();
    const input = explanations.length === 1 ? file.shown : `${file.shown}[${index}]`;
    const result: Result = {
      explanation,
      model: job.path,
      input,
      labels: job.labels,
      size: feed.size,
      preprocess: feed.preprocess,
      notices: [...feed.notices, ...labelNotices(job)],
      timings,
    };
    done.push({ result, ...(await written(job, file, feed, index, explanation)) });
  }
  return done;
}

async function written(
  job: Job,
  file: InputFile,
  feed: Feed,
  index: number,
  explanation: Explanation,
): Promise<Omit<Done, 'result'>> {
  const heatmap = heatmapAt(explanation, feed.size);
  const stem = job.stems.next(file.path);
  const picture = job.outputs.picture(stem);
  const arrays = job.outputs.arrays(stem);
  if (arrays) {
    const all = await arraysOf(job.model, alone(feed.tensor, index), job.target, explanation, heatmap, job.io.signal);
    await writeArrays(all, arrays);
  }
  if (picture) {
    const look = { ...job.look, ...(feed.frame ? { frame: feed.frame } : {}) };
    const pixels = overlay(
      feed.picture(index),
      explanation.settings.compat ? heatmap : mapFor(look, explanation.map),
      look,
    );
    await writeWhole(picture.path, await encodePicture(pixels, picture.path));
  }
  return { where: whereabouts(heatmap), files: [picture, arrays].flatMap((output) => (output ? [output.shown] : [])) };
}

const milliseconds = (time: number): number => Math.round(time * 10) / 10;

/** Names shifted by one are the commonest slip: 1001 classes with a background in front, 1000 names. */
function labelNotices({ model: { layers, score }, labels }: Job): readonly Notice[] {
  const classes = layers.find(({ name }) => name === score.output)?.dims[1] ?? labels?.length;
  if (labels === undefined || classes === labels.length) return [];
  const message = `the model has ${classes} classes, but there are ${labels.length} labels, so names may be shifted; give the labels it was trained with`;
  return [{ code: 'label-count', message }];
}
