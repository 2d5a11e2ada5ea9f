import type { Command } from './command.ts';
import { demoCommand } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { layersCommand } from './commands/layers.ts';
import { methodsCommand } from './commands/methods.ts';

/** Every subcommand, in the order of the help. */
export const commands: readonly Command[] = [explainCommand, layersCommand, methodsCommand, demoCommand];
