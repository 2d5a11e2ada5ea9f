import { findLayer, GradcamError } from '@gradcam/core';
import type { Augmented, AugmentedFileOptions, OnnxModel } from '@gradcam/onnx';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit } from '../exit.ts';
import type { Io } from '../io.ts';
import { openModel, runtimes } from '../model-file.ts';
import { fileAt, modelAnd } from '../operands.ts';
import { writeWhole } from '../write-file.ts';

export const augmentCommand: Command = {
  name: 'augment',
  summary: 'Write a model with its own gradient in it, for any engine to run.',
  operands: '<model.onnx>',
  options: {
    layer: { value: '<name>', help: 'Differentiate the class score at this layer, by name or alias.' },
    out: { value: '<file.onnx>', help: 'Where the extended model goes.' },
    heatmap: { help: 'Put the Grad-CAM map in too: an output "heatmap" [N, H, W], 0 to 1, as large as the picture.' },
    'class-input': {
      value: '<kind>',
      help: 'Whether the class must be fed; optional means the top class where it is not (not for JavaScript, which hides such inputs).',
      choices: ['required', 'optional'],
    },
    of: {
      value: '<tensor>',
      help: 'Differentiate this tensor instead of the class score; a cotangent of its size is fed.',
    },
    wrt: {
      value: '<tensor,...>',
      help: 'With respect to these instead of a layer: inputs, layers, parameters, separated by commas.',
    },
    runtime: { value: '<name>', help: 'Where the model runs once, to learn its sizes.', choices: runtimes },
  },
  notes: `The original graph stands unchanged in the file. The class is an int64 input [N], -1 for each sample's own
top class.

Examples
  gradcam augment model.onnx --layer layer4 --heatmap --out explained.onnx
  gradcam augment model.onnx --of logits --wrt fc.weight,fc.bias --out train.onnx`,
  async run(args: Arguments, io: Io): Promise<number> {
    const [path] = modelAnd(args, 'augment', 'one .onnx file');
    const out = required(args, 'out', '<file.onnx>');
    const asked = askedFor(args);
    const { model } = await openModel(fileAt(io, path), args.values.get('runtime'));
    try {
      if (!('augment' in model))
        throw new GradcamError(
          'bad-option',
          `augment extends .onnx files; ${path} is none, expected a file that ends in .onnx`,
        );
      const augmented = extend(model as OnnxModel, asked);
      const to = fileAt(io, out);
      if (to.path === fileAt(io, path).path)
        throw new GradcamError(
          'bad-option',
          `--out is the model itself; expected another file, the model stays as it is`,
        );
      await writeWhole(to.path, augmented.bytes);
      io.stdout.write(`${described(out, model as OnnxModel, augmented)}\n`);
    } finally {
      await model.dispose();
    }
    return exit.done;
  },
};

interface Asked {
  readonly layer: string | undefined;
  readonly of: string | undefined;
  readonly wrt: readonly string[] | undefined;
  readonly heatmap: boolean;
  readonly classInput: 'required' | 'optional';
}

function required(args: Arguments, name: string, value: string): string {
  const given = args.values.get(name);
  if (given !== undefined) return given;
  return refuse(`augment wants --${name} ${value}`);
}

function refuse(message: string): never {
  throw new GradcamError('bad-option', `${message}; see gradcam augment --help`);
}

function askedFor({ values, switches }: Arguments): Asked {
  const [layer, of] = [values.get('layer'), values.get('of')];
  const wrt = values
    .get('wrt')
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const heatmap = switches.has('heatmap');
  if ((layer === undefined) === (wrt === undefined))
    refuse('augment wants either --layer <name> or --wrt <tensor,...>');
  if (layer !== undefined && of !== undefined) refuse('--of goes with --wrt; --layer differentiates the class score');
  if (heatmap && layer === undefined) refuse('--heatmap is made at a --layer');
  if (values.has('class-input') && of !== undefined)
    refuse('--class-input chooses a class score; with --of a cotangent is fed instead');
  return { layer, of, wrt, heatmap, classInput: values.get('class-input') === 'optional' ? 'optional' : 'required' };
}

function extend(model: OnnxModel, { layer, of, wrt = [], heatmap, classInput }: Asked): Augmented {
  const options: AugmentedFileOptions = {
    wrt: layer === undefined ? wrt : findLayer(model.layers, layer).name,
    heatmap,
  };
  return model.augment(of === undefined ? { ...options, classInput } : { ...options, of });
}

/** What was added, in the order in which a user needs it. */
function described(out: string, { outputs }: OnnxModel, augmented: Augmented): string {
  const { patchBytes, of, classInput, cotangentInputs, gradients, activations, heatmap } = augmented;
  return [
    `${out}: ${patchBytes} bytes added, the gradient of ${of.join(', ')}`,
    ...(classInput === null
      ? []
      : [`input   ${classInput}: int64 [N], the class of each sample, -1 for its top class`]),
    ...[...cotangentInputs].map(([tensor, input]) => `input   ${input}: float32, the cotangent of ${tensor}`),
    ...[...gradients].map(([tensor, output]) => `output  ${output}: the gradient at ${tensor}`),
    ...[...activations].map(([tensor, output]) => `output  ${output}: the value of ${tensor}`),
    ...(heatmap === null ? [] : [`output  ${heatmap}: float32 [N, H, W], the Grad-CAM map from 0 to 1`]),
    `and     ${outputs.map(({ name }) => name).join(', ')} as before`,
  ].join('\n');
}
