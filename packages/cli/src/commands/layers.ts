import { chooseLayer, GradcamError, type Layer, type LayerChoice, type Model } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit } from '../exit.ts';
import type { Io } from '../io.ts';
import { openModel } from '../model-file.ts';
import { fileAt, modelAnd } from '../operands.ts';
import { runtimeOption } from '../runtime-option.ts';
import { table } from '../table.ts';

export const layersCommand: Command = {
  name: 'layers',
  summary: 'List the layers of a model that can be explained, and say which one is chosen.',
  operands: '<model>',
  options: {
    json: { help: 'Print JSON: inputs, outputs, score, chosen and layers.' },
    runtime: runtimeOption,
  },
  notes: `Columns
  path      how the score depends on the layer: "all" of it goes through, "bypassed" means that other
            paths lead around, "none" that the score does not see it
  gradient  "yes", or the operators that stop it
A * marks the layer that explain takes when none is given.`,
  async run(args: Arguments, io: Io): Promise<number> {
    const [path] = modelAnd(args, 'layers', 'one model');
    const { model, close } = await openModel(fileAt(io, path), args.values.get('runtime'));
    try {
      const choice = chosen(model.layers);
      io.stdout.write(
        args.switches.has('json')
          ? `${JSON.stringify(asJson(path, model, choice), null, 2)}\n`
          : asText(path, model, choice),
      );
    } finally {
      await close();
    }
    return exit.done;
  },
};

/** A model in which no layer can be chosen still has layers to list. */
function chosen(layers: readonly Layer[]): LayerChoice | string {
  try {
    return chooseLayer(layers);
  } catch (error) {
    if (error instanceof GradcamError) return error.message;
    throw error;
  }
}

const said = (dims: readonly (number | null)[]): string =>
  dims.map((dim, axis) => dim ?? (axis === 0 ? 'N' : '?')).join(' x ');

function pathOf({ onPath, bypassed }: Layer): string {
  if (!onPath) return 'none';
  return bypassed ? 'bypassed' : 'all';
}

function asText(path: string, model: Model, choice: LayerChoice | string): string {
  const best = typeof choice === 'string' ? undefined : choice.layer.name;
  const rows = model.layers.map((layer) => [
    layer.name === best ? '*' : '',
    layer.name,
    layer.kind,
    said(layer.dims),
    pathOf(layer),
    layer.blocked.length === 0 ? 'yes' : `no: ${[...new Set(layer.blocked.map(({ op }) => op))].join(', ')}`,
    layer.aliases.filter((alias) => alias !== layer.name).join(', '),
  ]);
  const { output, kind, activation } = model.score;
  const lines = [
    `${path} on ${model.backend}`,
    ...model.inputs.map((port) => `input   ${port.name}: ${said(port.dims)} ${port.type}`),
    `score   ${output} (${kind}${activation ? `, behind it a ${activation}` : ''})`,
    `chosen  ${typeof choice === 'string' ? choice : `${choice.layer.name}: ${choice.reason}`}`,
    '',
    table([['', 'layer', 'kind', 'dims', 'path', 'gradient', 'also called'], ...rows]),
  ];
  return `${lines.join('\n')}\n`;
}

function asJson(
  path: string,
  { backend, inputs, outputs, score, layers }: Model,
  choice: LayerChoice | string,
): object {
  const best =
    typeof choice === 'string' ? { name: null, reason: choice } : { name: choice.layer.name, reason: choice.reason };
  // thousands of weights are no description of a layer
  const told = layers.map((layer) => ({ ...layer, bias: undefined }));
  return { model: path, backend, inputs, outputs, score, chosen: best, layers: told };
}
