import type { Model } from '@gradcam/core';
import type { Network } from '../network.ts';

/** The twelve laws of every backend, in their order. */
export const lawNames = [
  'read',
  'resume',
  'gradient',
  'linear',
  'batch',
  'layout',
  'parallel',
  'memory',
  'abort',
  'errors',
  'oracle',
  'agreement',
] as const;

export type LawName = (typeof lawNames)[number];

/** How far numbers may lie apart, as relative L2 error. */
export interface Tolerance {
  /** The same numbers by another way of the same backend: float32 rounding. */
  readonly same: number;
  /** The gradient against central differences, which are the coarser of the two. */
  readonly difference: number;
  /** Values from PyTorch and from the reference backend. */
  readonly oracle: number;
  /** Least correlation with the unquantised network, for quantised files. */
  readonly correlation: number;
}

/** What a law judges: one network, opened by one adapter. */
export interface Subject {
  readonly network: Network;
  readonly model: Model;
  /** Opens the network once more, for laws that use a model up. */
  readonly create: () => Promise<Model>;
  /** How many device tensors the adapter holds now; without it the law `memory` cannot be judged. */
  readonly live?: () => number | Promise<number>;
  readonly tolerance: Tolerance;
}

/** What a law found, for the table. */
export interface Findings {
  /** Relative errors by what was compared. */
  readonly errors: Readonly<Record<string, number>>;
  /** The numbers themselves, for the comparison of backends with each other. */
  readonly values?: Readonly<Record<string, readonly number[]>>;
}

export interface Law {
  readonly name: LawName;
  /** What must hold. */
  readonly statement: string;
  /** @throws Broken when it does not hold */
  readonly check: (subject: Subject) => Promise<Findings | undefined>;
}

/** A law that does not hold: where, what was expected and what came. */
export class Broken extends Error {
  override readonly name = 'Broken';

  constructor({
    layer,
    expected,
    received,
  }: { readonly layer?: string; readonly expected: string; readonly received: string }) {
    super(`${layer === undefined ? '' : `layer ${layer}: `}expected ${expected}, received ${received}`);
  }
}

/**
 * Judges one law. A failure says law, network, layer, expected and received.
 * @throws Error when the law does not hold
 */
export async function judge(law: Law, subject: Subject): Promise<Findings | undefined> {
  try {
    return await law.check(subject);
  } catch (error) {
    const said = error instanceof Broken ? error.message : `expected no error, received ${String(error)}`;
    throw new Error(`law ${law.name} (${law.statement}), network "${subject.network.name}", ${said}`, { cause: error });
  }
}
