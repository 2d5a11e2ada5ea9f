import { methods } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit } from '../exit.ts';
import type { Io } from '../io.ts';
import { noOperands } from '../operands.ts';
import { table } from '../table.ts';

export const methodsCommand: Command = {
  name: 'methods',
  summary: 'List the methods that explain can use.',
  operands: '',
  options: { json: { help: 'Print a JSON array.' } },
  async run(args: Arguments, io: Io): Promise<number> {
    noOperands(args, 'methods');
    const rows = methods.map(({ name, title, kind, cost, paper }) => ({ name, title, kind, cost, paper }));
    io.stdout.write(
      args.switches.has('json')
        ? `${JSON.stringify(rows, null, 2)}\n`
        : `${table([['name', 'cost', 'paper'], ...rows.map(({ name, cost, paper }) => [name, cost, paper])])}\n`,
    );
    return exit.done;
  },
};
