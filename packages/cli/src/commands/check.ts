import { type Blocker, checkModel, type GradientCheck, type Model, type ModelCheck } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit } from '../exit.ts';
import type { Io } from '../io.ts';
import { openModel } from '../model-file.ts';
import { fileAt, modelAnd } from '../operands.ts';
import { runtimeOption } from '../runtime-option.ts';
import { table } from '../table.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'Say which layers of a model have a gradient, why others have none, and whether it is right.',
  operands: '<model>',
  options: {
    layer: { value: '<name>', help: 'Check this layer only, by name or alias.' },
    json: { help: 'Print JSON: blockers, layers, gradients and the verdict.' },
    runtime: runtimeOption,
  },
  notes: `The gradient of the top class for seeded noise is compared with differences of the score, at up to nine
layers from the input to the last: it agrees within 2 %, differs (exit code 1), or is unsettled where the
differences themselves disagree (kinks, rounding of quantised models). Exit code 4: an operator has no rule.`,
  async run(args: Arguments, io: Io): Promise<number> {
    const [path] = modelAnd(args, 'check', 'one model');
    const { model, close } = await openModel(fileAt(io, path), args.values.get('runtime'));
    try {
      const layer = args.values.get('layer');
      const check = await checkModel(model, {
        ...(layer === undefined ? {} : { layer }),
        ...(io.signal ? { signal: io.signal } : {}),
      });
      const told = args.switches.has('json')
        ? JSON.stringify(asJson(path, model, check), null, 2)
        : asText(path, model, check);
      io.stdout.write(`${told}\n`);
      return codeOf(check);
    } finally {
      await close();
    }
  },
};

const verdictOf = ({ gradients }: ModelCheck): GradientCheck['verdict'] | null => {
  const verdicts = gradients.map(({ verdict }) => verdict);
  if (verdicts.includes('differs')) return 'differs';
  return verdicts.includes('agrees') ? 'agrees' : (verdicts[0] ?? null);
};

function codeOf(check: ModelCheck): number {
  if (verdictOf(check) === 'differs') return exit.bug;
  return check.blockers.length > 0 ? exit.noGradient : exit.done;
}

const said = ({ node, op, opset, reason }: Blocker): string =>
  `${op}${opset === null ? '' : ` (opset ${opset})`} at ${node}: ${reason}`;

function asText(path: string, model: Model, { blockers, working, blocked, chosen, gradients }: ModelCheck): string {
  const rows = gradients.map(({ layer, verdict, error, cells, rounded }) => [
    layer,
    verdict,
    error.toExponential(1),
    cells,
    rounded ? 'straight-through: the score is rounded on its way' : '',
  ]);
  const names = working.map(({ name }) => name);
  const list = names.length > 12 ? [...names.slice(0, 6), `${names.length - 12} more`, ...names.slice(-6)] : names;
  return [
    `${path} on ${model.backend}`,
    `score    ${model.score.output} (${model.score.kind})`,
    `chosen   ${chosen ?? 'no layer: none has positions and a gradient'}`,
    `layers   ${working.length} with a gradient${blocked.length > 0 ? `, ${blocked.length} without` : ''}: ${list.join(', ')}`,
    ...(blockers.length > 0
      ? [
          `blocked  by ${blockers.length} node${blockers.length > 1 ? 's' : ''}`,
          ...blockers.map((blocker) => `  ${said(blocker)}`),
        ]
      : ['blocked  by nothing']),
    '',
    rows.length > 0
      ? table([['layer', 'gradient', 'error', 'worst of', ''], ...rows])
      : 'no layer has a gradient to compare with differences of the score',
  ].join('\n');
}

function asJson(path: string, { backend, score }: Model, check: ModelCheck): object {
  const { blockers, working, blocked, chosen, gradients } = check;
  const layers = [...working, ...blocked].map(({ name, kind, blocked: why }) => ({
    name,
    kind,
    gradient: why.length === 0,
    blocked: why.map(({ node }) => node),
  }));
  return { model: path, backend, score, chosen, verdict: verdictOf(check), blockers, layers, gradients };
}
