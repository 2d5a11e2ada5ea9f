import type { Grid, Layer } from '@gradcam/core';
import { channelsLastOrder, type Order } from '@gradcam/core/adapter';
import type { LayerInfo, TokenGrid } from '@gradcam/onnx-autodiff';
import { orderFrom } from './axes.ts';
import { gridOf, type TokenOptions } from './token-grid.ts';

/** What the user says of tensors that the file tells nothing, or the wrong thing, of. */
export interface Readings {
  readonly tokens?: TokenOptions;
  /** By tensor name, a letter for each axis: see {@link orderFrom}. */
  readonly axes?: ReadonlyMap<string, string>;
}

/** How the axes of layers and ports are to be turned before callers see them; absent where they stay. */
export function ordersOf(
  infos: readonly Pick<LayerInfo, 'name' | 'layout' | 'dims'>[],
  { axes = new Map() }: Readings,
): ReadonlyMap<string, Order> {
  const orders = new Map<string, Order>();
  for (const { name, layout, dims } of infos)
    if (layout === 'channels-last') orders.set(name, channelsLastOrder(dims.length));
  for (const [name, letters] of axes)
    orders.set(name, orderFrom(name, letters, infos.find((info) => info.name === name)?.dims.length));
  return orders;
}

/** The layers of core from what the file and the user tell, in execution order. */
export function layersOf(
  infos: readonly LayerInfo[],
  orders: ReadonlyMap<string, Order>,
  { tokens: given, axes }: Readings,
): Layer[] {
  /** What the file tells of some tensor with as many tokens, for one of which it tells nothing. */
  const grids = new Map<number, TokenGrid>();
  for (const { tokens } of infos) if (tokens) grids.set(tokens.prefix + tokens.height * tokens.width, tokens);

  const gridFor = ({ name, layout, tokens, dims }: LayerInfo, seen: Layer['dims']): Grid | null => {
    const letters = axes?.get(name);
    if (letters ? !letters.includes('T') : layout !== null) return dims.length >= 3 ? { kind: 'map' } : null;
    const [, count, channels] = seen;
    if (seen.length !== 3 || typeof count !== 'number' || typeof channels !== 'number') return null;
    const found = tokens ?? (letters ? (grids.get(count) ?? null) : null);
    const grid = given || letters ? gridOf(count, found, given ?? {}) : found;
    return grid && { kind: 'tokens', ...grid };
  };
  return infos.map((info) => {
    const order = orders.get(info.name) ?? info.dims.map((_, axis) => axis);
    const dims = order.map((from, axis) => {
      const dim = info.dims[from];
      return axis > 0 && typeof dim === 'number' ? dim : null;
    });
    return {
      name: info.name,
      aliases: info.aliases,
      kind: info.op,
      dims,
      grid: gridFor(info, dims),
      bypassed: info.bypass.length > 0,
      onPath: info.onPath,
      classMap: info.classMap,
      ...(info.rounded ? { rounded: true } : {}),
      blocked: info.blocked.map(({ node, op, opset, reason }) => ({ node, op, opset, reason })),
      ...(info.bias === null ? {} : { bias: info.bias }),
    };
  });
}
