import type { Compat, ExplainOptions, Fusion, Layer } from '@gradcam/core';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';
import { gridOf, gridOption } from './grid-option.ts';
import { whole } from './whole.ts';

/** How maps are made, beyond method and target. */
export const mapOptions: Readonly<Record<string, Option>> = {
  grid: gridOption,
  fusion: {
    value: '<name>',
    help: 'How the maps of several layers become one; default mean, of refine-cam product.',
    choices: ['mean', 'max', 'product'],
  },
  compat: {
    value: '<name>',
    help: 'Compute and scale as that library does, to compare.',
    choices: ['pytorch-grad-cam', 'eli5', 'eli5-0.16'],
  },
  'aug-smooth': {
    help: 'Average the maps of six copies of the picture, mirrored and of other contrast: six times the cost.',
  },
  'eigen-smooth': { help: "Take the first principal component of the channels' contributions in place of their sum." },
  budget: { value: '<count>', help: 'How many changed pictures a probing method may try; default: what it takes.' },
  seed: { value: '<number>', help: 'Of the random numbers, for methods that draw any; default 0.' },
};

/** @throws GradcamError `bad-option` for what is no number */
export function mapOptionsOf(args: Arguments): ExplainOptions {
  const { values, switches } = args;
  const grid = gridOf(args);
  const [budget, seed] = [whole(values, 'budget', 1), whole(values, 'seed', 0)];
  const [fusion, compat] = [values.get('fusion') as Fusion | undefined, values.get('compat') as Compat | undefined];
  return {
    augSmooth: switches.has('aug-smooth'),
    eigenSmooth: switches.has('eigen-smooth'),
    ...(grid === undefined ? {} : { grid }),
    ...(fusion === undefined ? {} : { fusion }),
    ...(compat === undefined ? {} : { compat }),
    ...(budget === undefined ? {} : { budget }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** `--layer a,b` is two layers, unless one is called so. */
export function layersOf(word: string, layers: readonly Layer[]): string | readonly string[] {
  const known = layers.some(({ name, aliases }) => name === word || aliases.includes(word));
  return known || !word.includes(',') ? word : word.split(',').map((name) => name.trim());
}
