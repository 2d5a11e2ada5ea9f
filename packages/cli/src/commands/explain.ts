import { GradcamError, presetNames } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit, exitCode, oneLine } from '../exit.ts';
import { type Done, explainFile } from '../explain-file.ts';
import { feederOf } from '../feed.ts';
import { type InputFile, inputFiles, Stems } from '../input-files.ts';
import type { Io } from '../io.ts';
import type { Job } from '../job.ts';
import { labelsFor } from '../labels-for.ts';
import { lookOf, lookOptions } from '../look-option.ts';
import { layersOf, mapOptions, mapOptionsOf } from '../map-options.ts';
import { methodOf } from '../method-option.ts';
import { openModel } from '../model-file.ts';
import { fileAt, modelAnd } from '../operands.ts';
import { outputsOf } from '../outputs.ts';
import { Progress } from '../progress.ts';
import { resultToJson } from '../result.ts';
import { runtimeOption } from '../runtime-option.ts';
import { heading, summary } from '../summary.ts';
import { targetOf, targetOptions } from '../target-option.ts';
import { writeWhole } from '../write-file.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Show where a model saw the evidence for a class.',
  operands: '<model> <picture|tensor.npy|folder>...',
  options: {
    ...targetOptions,
    layer: {
      value: '<name>',
      help: 'The layer to look at, by name or alias (gradcam layers lists them), or several with commas, whose maps are fused; default: the last feature map.',
    },
    method: {
      value: '<name|file.js>',
      help: 'How to explain: a name of `gradcam methods`, or a module of your own; default grad-cam.',
    },
    ...mapOptions,
    labels: {
      value: '<file>',
      help: 'Class names: one a line, or a JSON array or object; default: what the model holds, or labels.txt or .json beside it.',
    },
    preprocess: {
      value: '<preset|file.json>',
      help: `How a picture becomes numbers: ${presetNames.join(', ')}, or a JSON file (ours, transformers', timm's or Keras'); default: what the model says, else a guess.`,
    },
    ...lookOptions,
    runtime: runtimeOption,
    out: {
      value: '<file.png|folder>',
      help: 'Where the overlay goes (.png, .jpg, .webp, or a folder for several); default: <input>-gradcam.png here, unless --json or --npy is given.',
    },
    json: { value: '<file|->', help: 'One JSON object per input and line, - for stdout.' },
    npy: {
      value: '<folder>',
      help: 'Arrays per input: <folder>/<input>/output.npy, activation.npy, gradient.npy, map.npy, heatmap.npy.',
    },
  },
  notes: `Folders stand for the pictures in them, sub-folders left out. A .npy file is fed as it is: the model's own
layout, batch included, one result per sample. One bad picture is reported and the rest is done (exit code 3).

Examples
  gradcam explain model.onnx photo.jpg --labels names.txt --preprocess imagenet
  gradcam explain model.onnx photo.jpg --target "tiger cat" --out cat.png
  gradcam explain model.onnx photos/ --out maps/ --json - | jq .target.label`,
  async run(args: Arguments, io: Io): Promise<number> {
    const [path, ...inputs] = modelAnd(args, 'explain', 'a model, and pictures, .npy files or folders', 1, Infinity);
    const files = await inputFiles(inputs.map((input) => fileAt(io, input)));
    const outputs = await outputsOf(args, io, files, files.length);
    const look = lookOf(args);
    const how = mapOptionsOf(args);
    const method = await methodOf(args.values.get('method') ?? 'grad-cam', io);
    const { model, notes, close } = await openModel(fileAt(io, path), args.values.get('runtime'));
    try {
      const labels = await labelsFor(args.values.get('labels'), notes, io);
      const target = targetOf(args, labels);
      const feeder = feederOf(model, args.values.get('preprocess'), notes, io);
      const word = args.values.get('layer');
      const layer = word === undefined ? undefined : layersOf(word, model.layers);
      return await explainAll(
        { io, model, path, method, layer, how, target, labels, feeder, look, outputs, stems: new Stems() },
        files,
      );
    } finally {
      await close();
    }
  },
};

async function explainAll(job: Job, files: readonly InputFile[]): Promise<number> {
  const { io, outputs } = job;
  const progress = new Progress(io.stderr, files.length);
  const lines: string[] = [];
  const said = new Set<string>();
  const all: Done[] = [];
  let code: number = exit.done;
  const say = (text: string): void => {
    progress.clear();
    if (!said.has(text)) io.stderr.write(`gradcam: ${text}\n`);
    said.add(text);
  };
  try {
    for (const [index, file] of files.entries()) {
      io.signal?.throwIfAborted();
      progress.show(index, file.shown);
      try {
        for (const done of await explainFile(job, file)) {
          for (const { message } of done.result.notices) say(`warning: ${message}`);
          for (const { message } of done.result.explanation.warnings) say(`warning: ${done.result.input}: ${message}`);
          const line = JSON.stringify(resultToJson(done.result));
          if (outputs.json === '-') {
            progress.clear();
            io.stdout.write(`${line}\n`);
          }
          lines.push(line);
          all.push(done);
        }
      } catch (error) {
        if (io.signal?.aborted || !(error instanceof GradcamError) || !/^bad-(picture|input)$/.test(error.code))
          throw error;
        say(oneLine(error).includes(file.shown) ? oneLine(error) : `${file.shown}: ${oneLine(error)}`);
        code = exitCode(error);
      }
    }
  } finally {
    progress.clear();
  }
  if (outputs.json !== undefined && outputs.json !== '-' && lines.length > 0)
    await writeWhole(outputs.json.path, `${lines.join('\n')}\n`);
  if (outputs.json !== '-' && all.length > 0) io.stdout.write(`${heading(job, all)}\n\n${summary(all)}\n`);
  return code;
}
