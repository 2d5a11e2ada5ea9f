import type { Features } from './features.ts';
import type { Fusion } from './fuse.ts';
import type { BackwardRule } from './model.ts';
import type { Probe } from './probe.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

/**
 * What a method found, from the most general to the least: one weight per channel (the map is their weighted sum), a contribution of each
 * channel at each position (the map is their sum), or the map itself, on the layer's positions unless it names its own `space`. Signed;
 * ReLU comes later.
 */
export type Evidence =
  | { readonly weights: Float64Array }
  | { readonly contributions: Features }
  | { readonly map: Float32Array | Float64Array; readonly space?: readonly number[] };

interface Described {
  /** As typed on the command line: "grad-cam". */
  readonly name: string;
  /** As the paper writes it: "Grad-CAM". */
  readonly title: string;
  /** Authors, year and equation. */
  readonly paper: string;
  /** Network passes of one explanation, for people: "1 forward, 1 backward behind the layer". */
  readonly cost: string;
  /** What pytorch-grad-cam, eli5 and other peers call it: for people who know those. */
  readonly peers?: string;
  /** Where its numbers are not those of a peer that has it too, and why; for `compat` see {@link methodAs}. */
  readonly differs?: string;
  /** `input`: it explains the picture itself and takes no layer. */
  readonly at?: 'input';
  /** The map is the same whatever the target is. */
  readonly ignoresTarget?: boolean;
  /** Its formula is meant for activations that are never negative. */
  readonly expectsPositive?: boolean;
  /** It looks at several layers, the last of each resolution unless some are given, and fuses their maps so. */
  readonly fusion?: Fusion;
  /** Why its maps should not be believed: said with every explanation. */
  readonly caution?: string;
  /** The question this method asks in place of the plain target (Finer-CAM). */
  readonly retarget?: (target: Target) => Target;
}

/** Needs one plain forward pass. */
export interface ActivationMethod extends Described {
  readonly kind: 'activation';
  readonly explain: (activation: Features, context: { readonly random: Random }) => Evidence;
}

/** Needs one forward pass and the gradient of the target's score at the layer. */
export interface GradientMethod extends Described {
  readonly kind: 'gradient';
  readonly rule?: BackwardRule;
  readonly explain: (activation: Features, gradient: Features) => Evidence;
}

/** Needs the scores, or gradients, of many changed pictures or activations. */
export interface ProbeMethod extends Described {
  readonly kind: 'probe';
  /** It takes gradients. */
  readonly gradient?: boolean;
  /** It changes the layer's own values, so a layer whose positions nobody reads tells it nothing. */
  readonly changesLayer?: boolean;
  readonly explain: (probe: Probe) => Promise<Evidence>;
}

/** A method is a value; one of a user's own is handed in exactly as a built-in one. */
export type Method = ActivationMethod | GradientMethod | ProbeMethod;
