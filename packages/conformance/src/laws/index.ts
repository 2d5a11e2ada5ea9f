import { abort } from './abort.ts';
import { agreement } from './agreement.ts';
import { batch } from './batch.ts';
import { errors } from './errors.ts';
import { gradient } from './gradient.ts';
import type { Law } from './law.ts';
import { layout } from './layout.ts';
import { linear } from './linear.ts';
import { memory } from './memory.ts';
import { oracle } from './oracle.ts';
import { parallel } from './parallel.ts';
import { read } from './read.ts';
import { resume } from './resume.ts';

/** The twelve laws, in their order. */
export const laws: readonly Law[] = [
  read,
  resume,
  gradient,
  linear,
  batch,
  layout,
  parallel,
  memory,
  abort,
  errors,
  oracle,
  agreement,
];
