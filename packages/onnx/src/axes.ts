import { GradcamError } from '@gradcam/core';
import type { Order } from '@gradcam/core/adapter';

/**
 * The order that letters tell, one for each axis as stored: N batch, C channels, T tokens, and D, H, W, L for space. "TNC" is seen as
 * [N, T, C], "NHWC" as [N, C, H, W].
 * @throws GradcamError `bad-option` for letters that do not name a layer
 */
export function orderFrom(tensor: string, letters: string, rank: number | undefined): Order {
  const each = letters.split('');
  const at = (wanted: string): number[] => each.flatMap((letter, axis) => (wanted.includes(letter) ? [axis] : []));
  const space = at('DHWL');
  const [batch, channels, tokens] = [at('N'), at('C'), at('T')] as const;
  const order = tokens.length > 0 ? [...batch, ...tokens, ...channels] : [...batch, ...channels, ...space];
  const valid =
    batch.length === 1 &&
    channels.length === 1 &&
    tokens.length + (space.length > 0 ? 1 : 0) === 1 &&
    new Set(letters).size === letters.length &&
    order.length === letters.length &&
    order.length === rank;
  if (valid) return order;
  throw new GradcamError(
    'bad-option',
    `axes "${letters}" for ${tensor}${rank === undefined ? ', a tensor the model does not have' : ` of ${rank} axes`}; expected a letter for each axis: N, C and either T or some of D, H, W, L, for instance "NHWC" or "TNC"`,
  );
}
