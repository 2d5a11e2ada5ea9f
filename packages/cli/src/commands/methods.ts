import { GradcamError, methods, targetKinds } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit } from '../exit.ts';
import { feederOf } from '../feed.ts';
import type { Io } from '../io.ts';
import { labelsFor } from '../labels-for.ts';
import { layersOf, mapOptions, mapOptionsOf } from '../map-options.ts';
import { openModel } from '../model-file.ts';
import { fileAt, modelAnd, noOperands } from '../operands.ts';
import { encodePicture } from '../picture-file.ts';
import { Progress } from '../progress.ts';
import { runtimeOption } from '../runtime-option.ts';
import { sheet } from '../sheet.ts';
import { table } from '../table.ts';
import { targetOf, targetOptions } from '../target-option.ts';
import { writeWhole } from '../write-file.ts';

/** Changed pictures per method where none is said: enough to see what a method does, in a minute. */
const BUDGET = 100;

export const methodsCommand: Command = {
  name: 'methods',
  summary: 'List the methods and targets that explain can use, or show all methods on one picture.',
  operands: '[<model> <picture>]',
  options: {
    json: { help: 'Print a JSON array.' },
    sheet: { value: '<file.png>', help: 'Explain the picture by every method, and write all maps on one sheet.' },
    ...targetOptions,
    layer: { value: '<name>', help: 'Of the sheet, for methods that take one; default: the last feature map.' },
    labels: { value: '<file>', help: 'Class names, as for explain.' },
    preprocess: { value: '<preset|file.json>', help: 'How the picture becomes numbers, as for explain.' },
    ...mapOptions,
    runtime: runtimeOption,
  },
  notes: `Probing methods try at most ${BUDGET} changed pictures on a sheet, unless --budget says otherwise.

Example
  gradcam methods --sheet sheet.png model.onnx photo.jpg`,
  async run(args: Arguments, io: Io): Promise<number> {
    const file = args.values.get('sheet');
    if (file !== undefined) return makeSheet(args, io, file);
    noOperands(args, 'methods', 'methods without --sheet');
    io.stdout.write(args.switches.has('json') ? asJson() : asText());
    return exit.done;
  },
};

const targets = targetKinds.map(({ name, call, formula, cost }) => ({
  name,
  title: name,
  kind: 'target',
  cost,
  call,
  formula,
}));

function asJson(): string {
  const rows = methods.map(({ name, title, kind, cost, paper, caution }) => ({
    name,
    title,
    kind,
    cost,
    paper,
    ...(caution === undefined ? {} : { caution }),
  }));
  return `${JSON.stringify([...rows, ...targets], null, 2)}\n`;
}

function asText(): string {
  const rows = methods.map(({ name, cost, paper }) => [name, cost, paper]);
  return [
    table([['method', 'cost', 'paper'], ...rows]),
    table([
      ['target', 'what is explained', 'in the library'],
      ...targets.map(({ name, formula, call }) => [name, formula, call]),
    ]),
    'On the command line: --target top, an index or a label; --as probability, log-probability or rest; --against for a contrast.\n',
  ].join('\n\n');
}

async function makeSheet(args: Arguments, io: Io, file: string): Promise<number> {
  const [path, picture = ''] = modelAnd(args, 'methods --sheet', 'a model and a picture', 1);
  if (!/\.png$/i.test(file))
    throw new GradcamError('bad-option', `--sheet ${file} is no kind of picture that is written; expected .png`);
  const { model, notes, close } = await openModel(fileAt(io, path), args.values.get('runtime'));
  const progress = new Progress(io.stderr, methods.length);
  try {
    const target = targetOf(args, await labelsFor(args.values.get('labels'), notes, io));
    const feed = await feederOf(model, args.values.get('preprocess'), notes, io).feed(fileAt(io, picture));
    const layer = args.values.get('layer');
    const options = {
      budget: BUDGET,
      ...mapOptionsOf(args),
      target,
      ...(layer === undefined ? {} : { layer: layersOf(layer, model.layers) }),
      ...(io.signal ? { signal: io.signal } : {}),
    };
    const { pixels, shown } = await sheet(model, feed, methods, options, ({ name }, index) =>
      progress.show(index, name),
    );
    progress.clear();
    await writeWhole(fileAt(io, file).path, await encodePicture(pixels, file));
    for (const { message } of feed.notices) io.stderr.write(`gradcam: warning: ${message}\n`);
    const refused = shown.flatMap(({ method, refusal }) => (refusal === null ? [] : [`${method.title}: ${refusal}`]));
    io.stdout.write([`wrote ${file}: ${picture} by ${shown.length} methods`, ...refused, ''].join('\n'));
    return exit.done;
  } finally {
    progress.clear();
    await close();
  }
}
