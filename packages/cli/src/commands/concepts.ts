import { parse } from 'node:path';
import { type Concept, findConcepts, GradcamError, paintConcepts } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit } from '../exit.ts';
import { feederOf } from '../feed.ts';
import type { Io } from '../io.ts';
import { labelsFor } from '../labels-for.ts';
import { withLegend } from '../legend.ts';
import { openModel } from '../model-file.ts';
import { fileAt, modelAnd } from '../operands.ts';
import { encodePicture } from '../picture-file.ts';
import { nameOf, percent } from '../result.ts';
import { runtimeOption } from '../runtime-option.ts';
import { table } from '../table.ts';
import { whole } from '../whole.ts';
import { writeWhole } from '../write-file.ts';

/** Classes named per concept in the picture's legend. */
const NAMED = 2;

export const conceptsCommand: Command = {
  name: 'concepts',
  summary: 'Show the concepts a layer sees in a picture, and what the model makes of each.',
  operands: '<model> <picture>',
  options: {
    count: { value: '<number>', help: 'How many concepts; default 5.' },
    layer: { value: '<name>', help: 'The layer, by name or alias; default: the last feature map.' },
    seed: { value: '<number>', help: 'Of the start, which decides among equally good answers; default 0.' },
    labels: { value: '<file>', help: 'Class names, as for explain.' },
    preprocess: { value: '<preset|file.json>', help: 'How the picture becomes numbers, as for explain.' },
    out: {
      value: '<file>',
      help: 'Where the painted picture goes; default: <input>-concepts.png here, unless --json is given.',
    },
    json: { help: 'Print JSON: layer, error, and of each concept its map and classes.' },
    runtime: runtimeOption,
  },
  notes: `Deep Feature Factorization (Collins et al. 2018): the layer's activations as a few patterns of channels,
each with a map of its own. Every pixel is painted in the colour of the concept that is strongest there.

Example
  gradcam concepts model.onnx photo.jpg --labels names.txt --count 4`,
  async run(args: Arguments, io: Io): Promise<number> {
    const [path, shown = ''] = modelAnd(args, 'concepts', 'a model and a picture', 1);
    const json = args.switches.has('json');
    const out = args.values.get('out') ?? (json ? undefined : `${parse(shown).name}-concepts.png`);
    if (out !== undefined && !/\.(png|jpe?g|webp)$/i.test(out))
      throw new GradcamError(
        'bad-option',
        `--out ${out} is no kind of picture that is written; expected .png, .jpg or .webp`,
      );
    if (out !== undefined && fileAt(io, out).path === fileAt(io, shown).path)
      throw new GradcamError('bad-option', `--out ${out} would overwrite the picture; give another file`);
    const [count, seed] = [whole(args.values, 'count', 1), whole(args.values, 'seed', 0)];
    const layer = args.values.get('layer');
    const { model, notes, close } = await openModel(fileAt(io, path), args.values.get('runtime'));
    try {
      const labels = await labelsFor(args.values.get('labels'), notes, io);
      const feed = await feederOf(model, args.values.get('preprocess'), notes, io).feed(fileAt(io, shown));
      const found = await findConcepts(model, feed.tensor, {
        ...(count === undefined ? {} : { count }),
        ...(seed === undefined ? {} : { seed }),
        ...(layer === undefined ? {} : { layer }),
        ...(io.signal ? { signal: io.signal } : {}),
      });
      const classes = ({ predictions }: Concept, most: number): string =>
        predictions
          .slice(0, most)
          .map(({ index, probability }) => `${nameOf(index, labels).split(',')[0]} ${percent(probability)}`)
          .join(', ');
      if (out !== undefined) {
        const frame = feed.frame ? { frame: feed.frame } : {};
        const legend = found.concepts.map((concept, i) => `${i + 1}: ${classes(concept, NAMED)}`);
        const painted = paintConcepts(feed.picture(0), found.concepts, frame);
        await writeWhole(fileAt(io, out).path, await encodePicture(withLegend(painted, legend), out));
      }
      for (const { message } of feed.notices) io.stderr.write(`gradcam: warning: ${message}\n`);
      const rows = found.concepts.map((concept, i) => [String(i + 1), classes(concept, 3)]);
      io.stdout.write(
        json
          ? `${JSON.stringify(asJson(found, labels), null, 2)}\n`
          : `${shown}: layer ${found.layer}, ${Math.round(100 * found.error)} % left unexplained\n\n${table([['concept', 'says'], ...rows])}\n\nwrote ${out}\n`,
      );
      return exit.done;
    } finally {
      await close();
    }
  },
};

function asJson(
  { layer, error, concepts }: Awaited<ReturnType<typeof findConcepts>>,
  labels: readonly string[] | undefined,
): object {
  return {
    layer,
    error,
    concepts: concepts.map(({ maps: [map], predictions }) => ({
      map: map && { dims: map.dims, data: [...map.data] },
      predictions: predictions.map((one) => ({ ...one, label: labels?.[one.index] ?? null })),
    })),
  };
}
