import type { Command } from './command.ts';
import { augmentCommand } from './commands/augment.ts';
import { checkCommand } from './commands/check.ts';
import { conceptsCommand } from './commands/concepts.ts';
import { demoCommand } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { layersCommand } from './commands/layers.ts';
import { methodsCommand } from './commands/methods.ts';

/** Every subcommand, in the order of the help. */
export const commands: readonly Command[] = [
  explainCommand,
  layersCommand,
  methodsCommand,
  conceptsCommand,
  augmentCommand,
  checkCommand,
  demoCommand,
];
