import { GradcamError, type Layer } from '@gradcam/core';
import type { TokenGrid } from '@gradcam/onnx-autodiff';

/** How tokens [N, T, C] are to be read, T = prefix + height * width, where the file does not tell or tells it wrongly. */
export interface TokenOptions {
  /** How many tokens in front are no positions: class, distillation, registers. */
  readonly prefix?: number;
  readonly height?: number;
  readonly width?: number;
}

/** The grid of `count` tokens: what the user says, completed by what the file tells, else a square. */
export function gridOf(count: number, found: TokenGrid | null, given: TokenOptions): TokenGrid | null {
  const { height: high, width: wide } = given;
  const prefix = given.prefix ?? (high && wide ? count - high * wide : (found?.prefix ?? 0));
  const positions = count - prefix;
  const fits = found !== null && found.height * found.width === positions;
  const height = high ?? (wide ? positions / wide : fits ? found.height : Math.sqrt(positions));
  const width = wide ?? positions / height;
  const whole = prefix >= 0 && positions > 0 && Number.isInteger(height) && Number.isInteger(width);
  return whole && height * width === positions ? { prefix, height, width } : null;
}

/** @throws GradcamError `bad-option` when no layer is what the user said */
export function checkTokens(layers: readonly Layer[], given: TokenOptions | undefined): void {
  if (!given || layers.some(({ grid }) => grid?.kind === 'tokens')) return;
  const { prefix = 'any', height = 'any', width = 'any' } = given;
  const counts = [...new Set(layers.filter(({ dims }) => dims.length === 3).map(({ dims }) => dims[1] ?? 'any'))];
  throw new GradcamError(
    'bad-option',
    `no layer [N, T, C] holds ${prefix} + ${height} x ${width} tokens (T is ${counts.join(', ') || 'nowhere'}); expected a prefix, height and width with T = prefix + height * width`,
  );
}
