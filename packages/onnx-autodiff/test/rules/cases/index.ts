import type { Case } from '../case.ts';
import { activation } from './activation.ts';
import { elementwise } from './elementwise.ts';

/** Every row that checks a rule, one list per family as in src/rules. */
export const cases: readonly Case[] = [...activation, ...elementwise];
