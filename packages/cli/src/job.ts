import type { ExplainOptions, Method, Model, Overlay, TargetOption } from '@gradcam/core';
import type { Feeder } from './feed.ts';
import type { Stems } from './input-files.ts';
import type { Io } from './io.ts';
import type { Outputs } from './outputs.ts';

/** What `gradcam explain` was asked to do, checked, before the first picture is read. */
export interface Job {
  readonly io: Io;
  readonly model: Model;
  /** The model's path as given. */
  readonly path: string;
  readonly method: Method;
  readonly layer: string | readonly string[] | undefined;
  /** Fusion, smoothing, peers' formulas, budget, seed. */
  readonly how: ExplainOptions;
  readonly target: TargetOption;
  readonly labels: readonly string[] | undefined;
  readonly feeder: Feeder;
  readonly look: Overlay;
  readonly outputs: Outputs;
  readonly stems: Stems;
}
