import { readFile } from 'node:fs/promises';
import { GradcamError } from '@gradcam/core';
import { parseArguments } from './arguments.ts';
import { suggestion } from './closest.ts';
import { commands } from './commands.ts';
import { exit, exitCode, oneLine } from './exit.ts';
import { helpOf, overview } from './help.ts';
import type { Io } from './io.ts';

/**
 * The whole command, without a process.
 * @param argv what follows `gradcam`
 * @returns the exit code; a failure has written its one line to `io.stderr`
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (io.signal?.aborted) {
      io.stderr.write('gradcam: interrupted\n');
      return exit.interrupted;
    }
    const code = exitCode(error);
    io.stderr.write(`gradcam: ${oneLine(error)}${code === exit.bug ? ' (a bug of ours: please report it)' : ''}\n`);
    return code;
  }
}

async function dispatch([name, ...rest]: readonly string[], io: Io): Promise<number> {
  if (name === '--version' || name === '-v') {
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    io.stdout.write(`${manifest.version}\n`);
    return exit.done;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = commands.find((command) => command.name === rest[0]);
    const wanted = name !== undefined;
    (wanted ? io.stdout : io.stderr).write(about ? helpOf(about) : overview(commands));
    return wanted ? exit.done : exit.usage;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const names = commands.map((candidate) => candidate.name);
    throw new GradcamError(
      'bad-option',
      `unknown command ${name}${suggestion(name, names) || `; expected one of ${names.join(', ')}`}`,
    );
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(helpOf(command));
    return exit.done;
  }
  const args = parseArguments(command, rest);
  io.signal?.throwIfAborted();
  return command.run(args, io);
}
