import type { Features } from './features.ts';
import type { Method } from './method.ts';
import type { Layer, Score } from './model.ts';
import type { Warning, WarningCode } from './warnings.ts';

/** What is known of one sample when its map is judged. */
export interface Findings {
  readonly layer: Layer;
  readonly score: Score;
  readonly targetScore: number;
  readonly activation: Features;
  /** Null where the method took none. */
  readonly gradient: Features | null;
  readonly map: Float32Array;
  readonly method?: Pick<Method, 'title' | 'expectsPositive' | 'caution'>;
  /** Why the target does not change with the outputs here, where it knows. */
  readonly flat?: string | undefined;
  /** Of a token grid: the tokens before the positions have a gradient. */
  readonly prefixRead?: boolean;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly nonFinite: number;
}

function rangeOf(values: Float32Array): Range {
  let [min, max, nonFinite] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) nonFinite++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max, nonFinite };
}

/** Differences below this share of the largest value are rounding. */
const CONSTANT = 1e-6;

const isConstant = ({ min, max }: Range): boolean => max - min <= CONSTANT * Math.max(Math.abs(min), Math.abs(max));

const share = ({ nonFinite }: Range, { length }: Float32Array): string => `${nonFinite} of ${length} values`;

/** Why the map is empty or doubtful, the cause before its consequences; nothing for a sound one. */
export function diagnose(findings: Findings): Warning[] {
  const { layer, score, targetScore, activation, gradient, map, method, flat, prefixRead } = findings;
  const warnings: Warning[] = [];
  const warn = (code: WarningCode, message: string): unknown => warnings.push({ code, message });
  const a = rangeOf(activation.data);
  const g = gradient && rangeOf(gradient.data);
  const m = rangeOf(map);

  if (method?.caution) warn('fails-sanity-checks', `${method.title}: ${method.caution}`);
  if (layer.classMap) {
    warn(
      'class-map',
      `${layer.name} has one channel per class; a layer before it shows more: leave \`layer\` out for the automatic choice`,
    );
  }
  if (score.kind === 'probability' && gradient) {
    warn(
      'squashed-score',
      `${score.output} is a probability, whose gradient fades where the model is sure; explain the logits if the model can be saved with them`,
    );
  }
  if (flat !== undefined && gradient) {
    warn('flat-target', `${flat}, so the target hardly changes with the outputs; explain the class score instead`);
  }
  if (!Number.isFinite(targetScore))
    warn('non-finite-score', `the target's score is ${targetScore}; the model overflowed on this input`);
  if (a.nonFinite > 0) {
    warn(
      'non-finite-activation',
      `${share(a, activation.data)} of the activation of ${layer.name} are not finite; look for overflow in front of it`,
    );
  }
  if (g && gradient && g.nonFinite > 0) {
    warn(
      'non-finite-gradient',
      `${share(g, gradient.data)} of the gradient at ${layer.name} are not finite; look for overflow, or a division by zero, behind it`,
    );
  }
  if (m.nonFinite > 0) {
    if (a.nonFinite === 0 && (g?.nonFinite ?? 0) === 0)
      warn('non-finite-map', `${share(m, map)} of the map are not finite; the method overflowed`);
    return warnings;
  }
  if (map.length === 1)
    warn('one-position', `${layer.name} has a single position, so the map is one cell; choose an earlier layer`);
  if (a.min === 0 && a.max === 0) {
    warn(
      'dead-activation',
      `${layer.name} is zero everywhere: none of its units is active for this input; check the preprocessing, or choose another layer`,
    );
  } else if (g && g.min === 0 && g.max === 0) {
    warn(
      prefixRead ? 'unread-tokens' : 'zero-gradient',
      prefixRead
        ? `behind ${layer.name} only the class token is read, so its positions have no gradient; choose a layer before the last attention`
        : `the target does not change with ${layer.name}: all gradients are zero; choose another layer, or the logits in place of a saturated probability`,
    );
  } else if (isConstant(a)) {
    warn(
      'constant-activation',
      `${layer.name} holds ${a.max} everywhere: it saw nothing in this input; check the preprocessing`,
    );
  }
  if (method?.expectsPositive && a.min < 0) {
    warn(
      'signed-activation',
      `${method.title} expects activations that are never negative, but ${layer.name} reaches ${a.min.toPrecision(3)}; choose a layer behind a ReLU, or another method`,
    );
  }
  if (m.max <= 0 && m.min < 0) {
    warn(
      'no-positive-evidence',
      'every position speaks against the target, so nothing is left after ReLU; look at the signed map, or ask for the top class',
    );
  } else if (map.length > 1 && isConstant(m)) {
    warn('constant-map', `the map is ${m.max} everywhere, so positions cannot be told apart`);
  }
  return warnings;
}
