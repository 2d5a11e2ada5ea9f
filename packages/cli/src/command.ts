import type { Arguments } from './arguments.ts';
import type { Io } from './io.ts';

export interface Option {
  /** What stands for the value in the help; an option without one is a switch. */
  readonly value?: string;
  readonly help: string;
  readonly choices?: readonly string[];
}

/** A subcommand: one file and one row in `commands.ts`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its arguments, without options: "<model> <picture>...". */
  readonly operands: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Below the options in its help. */
  readonly notes?: string;
  /** @returns the exit code */
  run(args: Arguments, io: Io): Promise<number>;
}
