import { constantValues } from './constant-values.ts';
import type { Graph } from './graph.ts';
import type { Node } from './node.ts';
import type { Dim, Dims } from './types.ts';

/** Tokens [N, prefix + height * width, C]; the first `prefix` (class, distillation, registers) are no positions. */
export interface TokenGrid {
  readonly prefix: number;
  readonly height: number;
  readonly width: number;
}

/** A factor of an axis: the batch, channels, (a part of) the space axis of that number, or tokens that begin with a prefix. */
export interface Factor {
  readonly of: 'batch' | 'channels' | 'tokens' | number;
  readonly size: Dim;
  /** How far one step goes along the whole space axis: a part that was split off in front has the size of what is behind. */
  readonly stride: number;
  readonly grid?: TokenGrid;
}

/** What every axis of a tensor is made of, outer factors first. An axis without factors is of size 1. */
export type Axes = readonly (readonly Factor[])[];

const factor = (of: Factor['of'], size: Dim): Factor => ({ of, size, stride: 1 });

/** [N, C, ...space], or [N, ...space, C]. */
export function mapAxes(dims: Dims, channelsLast = false): Axes {
  const at = channelsLast ? dims.length - 1 : 1;
  let space = 0;
  return dims.map((dim, axis) => [factor(axis === 0 ? 'batch' : axis === at ? 'channels' : space++, dim)]);
}

/** Neighbours that were split from one axis become one factor again. */
function joined(factors: readonly Factor[]): Factor[] {
  const result: Factor[] = [];
  for (const each of factors) {
    const last = result.at(-1);
    const one =
      last?.of === each.of &&
      typeof last.size === 'number' &&
      typeof each.size === 'number' &&
      typeof each.of === 'number';
    if (one && last.stride === each.stride * (each.size as number))
      result[result.length - 1] = { ...each, size: (last.size as number) * (each.size as number) };
    else result.push(each);
  }
  return result;
}

/** The factors of the axes up to `axis` where those in front of it have sizes of numbers: it takes what they leave. */
function fromFront(left: readonly Factor[], after: Dims, axis: number): Factor[][] | undefined {
  const [batch, ...others] = left;
  if (batch?.of !== 'batch' || batch.size !== after[0]) return undefined;
  const result: Factor[][] = [[batch]];
  for (const size of after.slice(1, axis)) {
    const taken: Factor[] = [];
    let wanted = size;
    while (wanted !== 1) {
      const next = others.shift();
      if (!next || typeof wanted !== 'number' || typeof next.size !== 'number') return undefined;
      if (wanted % next.size === 0) {
        taken.push(next);
        wanted /= next.size;
      } else if (next.size % wanted === 0 && next.of !== 'tokens') {
        const inner = next.size / wanted;
        taken.push({ ...next, size: wanted, stride: next.stride * inner });
        others.unshift({ ...next, size: inner });
        wanted = 1;
      } else return undefined;
    }
    result.push(taken);
  }
  return [...result, others];
}

/** Reshape, Flatten, Squeeze, Unsqueeze: the same factors in other axes, split where sizes ask for it. undefined where they do not fit. */
export function regrouped(axes: Axes, after: Dims): Axes | undefined {
  const left = axes.flat().filter(({ size, of }) => size !== 1 || of === 'batch');
  const result: Factor[][] = after.map(() => []);
  for (let axis = after.length - 1; axis > 0; axis--) {
    let wanted = after[axis] as Dim;
    while (wanted !== 1) {
      const last = left.pop();
      if (!last) return undefined;
      if (last.size === wanted) wanted = 1;
      else if (typeof wanted !== 'number' && result[axis]?.length === 0) {
        // a product of sizes that vary: what the axes in front of it leave
        const front = fromFront([...left, last], after, axis);
        return front && [...front, ...result.slice(axis + 1)].map(joined);
      } else if (typeof wanted !== 'number' || typeof last.size !== 'number') return undefined;
      else if (wanted % last.size === 0) wanted /= last.size;
      else if (last.size % wanted === 0 && last.of !== 'tokens') {
        left.push({ ...last, size: last.size / wanted, stride: last.stride * wanted });
        result[axis]?.unshift({ ...last, size: wanted });
        break;
      } else return undefined;
      result[axis]?.unshift(last);
    }
  }
  // the batch may be unknown, so the first axis takes whatever is left
  result[0] = left;
  return result.map(joined);
}

/** The same factors where sizes stay. Where they change: other channels, a coarser grid; tokens and products of factors are lost. */
export function carried(axes: Axes, before: Dims, after: Dims): Axes | undefined {
  const result: (readonly Factor[])[] = [];
  for (const [axis, factors] of axes.entries()) {
    const size = after[axis] as Dim;
    const [first, ...others] = factors;
    if (before[axis] === size) result.push(factors);
    else if (size === 1) result.push([]);
    else if (factors.length === 0 || factors.some(({ of }) => of === 'channels'))
      result.push([factor('channels', size)]);
    else if (first && typeof first.of === 'number' && others.length === 0) result.push([factor(first.of, size)]);
    else return undefined;
  }
  return result;
}

/** The grid of the tokens that an axis holds. */
function gridOfAxis(factors: readonly Factor[]): TokenGrid | undefined {
  const [first, second, ...others] = factors;
  if (first?.of === 'tokens' && !second) return first.grid;
  if (first?.of !== 0 || second?.of !== 1 || others.length > 0) return undefined;
  if (typeof first.size !== 'number' || typeof second.size !== 'number') return undefined;
  return { prefix: 0, height: first.size, width: second.size };
}

/** The axes with other tokens in front of the grid along one of them. */
function withPrefix(axes: Axes, at: number, prefix: number): Axes | undefined {
  const grid = gridOfAxis(axes[at] ?? []);
  if (!grid || prefix < 0) return undefined;
  const size = prefix + grid.height * grid.width;
  const tokens =
    prefix === 0
      ? [factor(0, grid.height), factor(1, grid.width)]
      : [{ ...factor('tokens', size), grid: { ...grid, prefix } }];
  return axes.map((factors, axis) => (axis === at ? tokens : factors));
}

/** What is put in front of tokens becomes their prefix; what is put behind makes the grid unsayable. */
export function concatenated(node: Node, axes: Axes, source: string, before: Dims, after: Dims): Axes | undefined {
  const at = (node.int('axis', 1) + after.length) % after.length;
  const grid = gridOfAxis(axes[at] ?? []);
  const size = after[at];
  if (!grid) return carried(axes, before, after);
  if (typeof size !== 'number' || node.inputs.indexOf(source) < node.inputs.length - 1) return undefined;
  return withPrefix(axes, at, size - grid.height * grid.width);
}

/** Prefix tokens may be cut off; any other slice of tokens leaves a part of the grid. */
export function sliced(graph: Graph, node: Node, axes: Axes, before: Dims, after: Dims): Axes | undefined {
  const at = after.findIndex((size, axis) => size !== before[axis]);
  const grid = gridOfAxis(axes[at] ?? []);
  if (!grid || after[at] === 1) return carried(axes, before, after);
  const [had, has] = [before[at] as number, after[at] as number];
  const [start, ...others] = node.ints('starts') ?? constantValues(graph, node.inputs[1] ?? '') ?? [];
  if (start === undefined || others.length > 0 || (start < 0 ? start + had : start) !== had - has) return undefined;
  return withPrefix(axes, at, grid.prefix - (had - has));
}

/** A part of a space axis is the grid's own where no part of the same axis lies further out. */
const outermost = (axes: Axes, { of, stride }: Factor): boolean =>
  axes.flat().every((other) => other.of !== of || other.stride <= stride);

/** One element along an axis takes the axis away; a table of [offset, position] cuts a space axis into windows, as Unfold is exported. */
export function gathered(node: Node, axes: Axes, after: Dims): Axes | undefined {
  const axis = node.int('axis', 0);
  const at = axis < 0 ? axis + axes.length : axis;
  if (after.length === axes.length - 1) return axes.toSpliced(at, 1);
  const [cut, ...others] = axes[at] ?? [];
  const [offsets, positions] = after.slice(at);
  if (after.length !== axes.length + 1 || typeof cut?.of !== 'number' || others.length > 0) return undefined;
  if (typeof offsets !== 'number' || positions === undefined) return undefined;
  return axes.toSpliced(
    at,
    1,
    [{ ...cut, size: offsets }],
    [{ ...cut, size: positions, stride: cut.stride * offsets }],
  );
}

/** What is left when whole axes are reduced away. */
export function reduced(graph: Graph, node: Node, axes: Axes): Axes {
  const given = node.ints('axes') ?? constantValues(graph, node.inputs[1] ?? '');
  const gone = given?.map((axis) => (axis + axes.length) % axes.length);
  return axes.filter((_, axis) => gone && !gone.includes(axis));
}

/** Whether the axes behind the first two are the space axes, one each and in order; a finer grid may hold something else inside. */
export function hasSpace(axes: Axes): boolean {
  return axes
    .slice(2)
    .every(
      ([outer, ...inner], number) =>
        !outer || (outer.of === number && inner.every(({ of }) => typeof of !== 'number' || of === number)),
    );
}

const isBatch = (factors: readonly Factor[] | undefined): boolean =>
  factors?.length === 1 && factors[0]?.of === 'batch';

/** Where the channels of a feature map stand: [N, C, ...space] or [N, ...space, C]; null for what is no map. */
export function layoutOf(axes: Axes): 'channels-first' | 'channels-last' | null {
  const isSpace = (number: number, factors: readonly Factor[]): boolean =>
    factors.length === 1 && factors[0]?.of === number && outermost(axes, factors[0]);
  if (axes.length < 3 || !isBatch(axes[0])) return null;
  if (axes.slice(2).every((factors, number) => isSpace(number, factors))) return 'channels-first';
  return axes.slice(1, -1).every((factors, number) => isSpace(number, factors)) ? 'channels-last' : null;
}

/** How tokens [N, T, C] lie on a grid; null for what is none. */
export function tokensOf(axes: Axes): TokenGrid | null {
  const [batch, tokens = [], channels] = axes;
  const whole = tokens.every((each) => typeof each.of !== 'number' || outermost(axes, each));
  return axes.length === 3 && isBatch(batch) && channels && whole ? (gridOfAxis(tokens) ?? null) : null;
}
