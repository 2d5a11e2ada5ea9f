import type { Layer, Port, Score } from '@gradcam/core';
import type { Blockers } from './blockers.ts';
import type { Layout } from './layouts.ts';
import type { Network } from './network.ts';
import type { Reach } from './reach.ts';
import type { Fact } from './survey.ts';

/** A network and what running it on noise told. */
export interface Found {
  readonly network: Network;
  readonly reach: Reach;
  readonly blockers: Blockers;
  readonly facts: ReadonlyMap<string, Fact>;
  readonly layouts: ReadonlyMap<string, Layout>;
  /** By node, of those that add something to their channels. */
  readonly biases: ReadonlyMap<string, Float32Array | 'unknown'>;
  readonly fixedBatch: number | null;
  /** The node that is differentiated for a class. */
  readonly scoreNode: string;
}

/** All that a model is made of. */
export interface Opened extends Found {
  /** As tfjs names it: "wasm". */
  readonly backend: string;
  readonly score: Score;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly layers: readonly Layer[];
}

/** The node that makes an output, the score included. */
export function nodeOf(
  { network, score, scoreNode }: Pick<Opened, 'network' | 'score' | 'scoreNode'>,
  output: string,
): string {
  if (output === score.output) return scoreNode;
  return network.outputs.find(({ name }) => name === output)?.node ?? output;
}
