import type { Grid, Layer } from '@gradcam/core';
import type { Dims, LayerInfo } from '@gradcam/onnx-autodiff';

/** Most prefix tokens (class, distillation, registers) that a transformer is believed to have. */
const MAX_PREFIX = 16;

/** Sizes that are the same for every input; null for the others. */
const numbersOf = (dims: Dims): (number | null)[] =>
  dims.map((dim, axis) => (axis > 0 && typeof dim === 'number' ? dim : null));

function dimsOf({ dims, layout }: LayerInfo): (number | null)[] {
  const numbers = numbersOf(dims);
  const [batch = null, ...rest] = numbers;
  return layout === 'channels-last' ? [batch, rest.at(-1) ?? null, ...rest.slice(0, -1)] : numbers;
}

/** Tokens [N, T, D] are positions of the patch embedding before them: the last map with D channels and at most T positions. */
function tokens(dims: readonly (number | null)[], maps: readonly (readonly (number | null)[])[]): Grid | null {
  const [, count, width] = dims;
  if (dims.length !== 3 || typeof count !== 'number') return null;
  for (const [, channels, height, across] of maps.toReversed()) {
    if (channels !== width || typeof height !== 'number' || typeof across !== 'number') continue;
    const prefix = count - height * across;
    if (prefix >= 0 && prefix <= MAX_PREFIX) return { kind: 'tokens', prefix, height, width: across };
  }
  return null;
}

/** The layers of core from what the file tells, in execution order. */
export function layersOf(infos: readonly LayerInfo[]): Layer[] {
  const maps: (readonly (number | null)[])[] = [];
  return infos.map((info) => {
    const dims = dimsOf(info);
    const isMap = info.layout !== null && dims.length >= 3;
    if (isMap && dims.length === 4) maps.push(dims);
    return {
      name: info.name,
      aliases: info.aliases,
      kind: info.op,
      dims,
      grid: isMap ? { kind: 'map' } : tokens(dims, maps),
      bypassed: info.bypass.length > 0,
      onPath: info.onPath,
      classMap: info.classMap,
      blocked: info.blocked.map(({ node, op, opset, reason }) => ({ node, op, opset, reason })),
    };
  });
}
