import { GradcamError, type Grid } from '@gradcam/core';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';

export const gridOption: Option = {
  value: '<rows>x<columns>',
  help: 'How the tokens of --layer lie, 14x14, with those in front that are no positions 5+14x14; default: what the model tells.',
};

/** "5+14x14" is 5 tokens in front of a grid of 14 rows and 14 columns. @throws GradcamError `bad-option` */
export function gridOf({ values }: Arguments): Grid | undefined {
  const given = values.get('grid');
  if (given === undefined) return undefined;
  const [, prefix = '0', height = '0', width = '0'] = /^(?:(\d+)\+)?(\d+)x(\d+)$/.exec(given) ?? [];
  if (Number(height) * Number(width) === 0)
    throw new GradcamError('bad-option', `--grid is "${given}"; expected rows and columns, 14x14, or 5+14x14`);
  if (!values.has('layer'))
    throw new GradcamError('bad-option', '--grid says how to read a layer; expected --layer <name> with it');
  return { kind: 'tokens', prefix: Number(prefix), height: Number(height), width: Number(width) };
}
