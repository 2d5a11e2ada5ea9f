import type { Layer, Port, Score } from '@gradcam/core';
import type { Order, Queue } from '@gradcam/core/adapter';
import type { Source } from './programs.ts';
import type { InferenceSession, Ort } from './runtime.ts';

/** What `fromOnnx` found out about a model. */
export interface Opened {
  readonly ort: Ort;
  readonly backend: string;
  readonly queue: Queue;
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** How many sessions may live at a time. */
  readonly sessions: number;
  /** Whether the first run of each session is compared with the CPU's. */
  readonly verify: boolean;
  readonly source: Source;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly score: Score;
  readonly layers: readonly Layer[];
  readonly metadata: ReadonlyMap<string, string>;
  /** How the axes of tensors are turned before callers see them. */
  readonly orders: ReadonlyMap<string, Order>;
  readonly fixedBatch: number | null;
}
