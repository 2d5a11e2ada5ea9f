import type { Grid } from '../model.ts';

/** Most prefix tokens (class, distillation, registers) that a transformer is believed to have. */
const MAX_PREFIX = 16;

/** Tokens [N, T, D] are positions of the patch embedding before them: the last of `maps` [N, C, H, W] with D channels and at most T positions. */
export function tokenGrid(
  dims: readonly (number | null)[],
  maps: readonly (readonly (number | null)[])[],
): Extract<Grid, { kind: 'tokens' }> | null {
  const [, count, width] = dims;
  if (dims.length !== 3 || typeof count !== 'number') return null;
  for (const [, channels, height, across] of maps.toReversed()) {
    if (channels !== width || typeof height !== 'number' || typeof across !== 'number') continue;
    const prefix = count - height * across;
    if (prefix >= 0 && prefix <= MAX_PREFIX) return { kind: 'tokens', prefix, height, width: across };
  }
  return null;
}
