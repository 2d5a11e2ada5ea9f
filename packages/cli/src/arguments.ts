import { parseArgs } from 'node:util';
import { GradcamError } from '@gradcam/core';
import { suggestion } from './closest.ts';
import type { Command, Option } from './command.ts';

/** A command's arguments, checked against its options. */
export interface Arguments {
  readonly operands: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

const common: Readonly<Record<string, Option>> = { help: { help: 'Show this help.' } };

/** An option's own row, or the one that all commands share. */
export function optionsOf(command: Command): Readonly<Record<string, Option>> {
  return { ...command.options, ...common };
}

/** @throws GradcamError `bad-option` for the first thing that is wrong */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const options = optionsOf(command);
  const help = `see gradcam ${command.name} --help`;
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, { type: option.value ? 'string' : 'boolean' } as const]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) {
      const names = Object.keys(options).map((name) => `--${name}`);
      const near = token.rawName.startsWith('--') ? suggestion(token.rawName, names) : '';
      throw usage(`unknown option ${token.rawName}${near || `; expected one of ${names.join(', ')}`}`, help);
    }
    if (values.has(token.name)) throw usage(`--${token.name} is given twice; expected it once`, help);
    if (option.value === undefined) {
      if (token.value !== undefined) throw usage(`--${token.name} takes no value; got "${token.value}"`, help);
      switches.add(token.name);
    } else {
      values.set(token.name, checkedValue(token.name, option, token, help));
    }
  }
  return { operands, values, switches };
}

function checkedValue(
  name: string,
  { value = '', choices }: Option,
  token: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  help: string,
): string {
  const given = token.value;
  const isOption = !token.inlineValue && given !== undefined && /^-./.test(given) && !/^-\d/.test(given);
  if (given === undefined || given === '' || isOption) {
    throw usage(`--${name} has no value; expected --${name} ${value}`, help);
  }
  if (choices && !choices.includes(given)) {
    const near = suggestion(given, choices);
    throw usage(`--${name} is "${given}"; expected one of ${choices.join(', ')}${near}`, help);
  }
  return given;
}

const usage = (message: string, help: string): GradcamError =>
  new GradcamError('bad-option', `${message}${message.endsWith('?') ? '' : ';'} ${help}`);
