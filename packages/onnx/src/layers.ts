import type { Layer } from '@gradcam/core';
import { tokenGrid } from '@gradcam/core/adapter';
import type { Dims, LayerInfo } from '@gradcam/onnx-autodiff';

/** Sizes that are the same for every input; null for the others. */
const numbersOf = (dims: Dims): (number | null)[] =>
  dims.map((dim, axis) => (axis > 0 && typeof dim === 'number' ? dim : null));

function dimsOf({ dims, layout }: LayerInfo): (number | null)[] {
  const numbers = numbersOf(dims);
  const [batch = null, ...rest] = numbers;
  return layout === 'channels-last' ? [batch, rest.at(-1) ?? null, ...rest.slice(0, -1)] : numbers;
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
      grid: isMap ? { kind: 'map' } : tokenGrid(dims, maps),
      bypassed: info.bypass.length > 0,
      onPath: info.onPath,
      classMap: info.classMap,
      blocked: info.blocked.map(({ node, op, opset, reason }) => ({ node, op, opset, reason })),
      ...(info.bias === null ? {} : { bias: info.bias }),
    };
  });
}
