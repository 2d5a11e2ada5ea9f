import type { Emitter } from './emit/emitter.ts';
import type { Value } from './emit/tape.ts';
import { AutodiffError } from './errors.ts';
import type { Facts } from './graph/facts.ts';
import type { Graph } from './graph/graph.ts';
import { readingsOf } from './graph/layout.ts';

/** How a layer is seen as a picture: a map of channels, or tokens of which the first `prefix` are no positions. */
export type View =
  | { readonly kind: 'map'; readonly layout: 'channels-first' | 'channels-last' }
  | { readonly kind: 'tokens'; readonly prefix: number; readonly height: number; readonly width: number };

const refuse = (message: string): never => {
  throw new AutodiffError('bad-option', message);
};

/** What the operators tell of a layer's axes. */
export function viewOf(graph: Graph, facts: Facts, layer: string): View {
  const { layout = null, tokens = null } = readingsOf(graph, facts).get(layer) ?? {};
  if (layout) return { kind: 'map', layout };
  if (tokens) return { kind: 'tokens', ...tokens };
  return refuse(`${layer} is no feature map as far as the operators tell; expected [N, C, H, W], give its \`view\``);
}

/** [N, C, h, w] and the like as [N, h * w, C], so that every view is summed alike. */
function rows(e: Emitter, a: Value, view: View): Value {
  const rank = e.rank(a);
  if (view.kind === 'tokens') return e.slice(a, [1], [view.prefix], [view.prefix + view.height * view.width]);
  if (rank !== 4) refuse(`a heatmap in the graph wants a map of two space axes; ${a.name} has ${rank - 2}`);
  const last = view.layout === 'channels-last' ? a : e.transpose(a, [0, 2, 3, 1]);
  const channels = e.size(a, view.layout === 'channels-last' ? 3 : 1);
  return e.reshape(last, [0, -1, channels]);
}

/** The space sizes as an int64 vector. */
function spaceOf(e: Emitter, a: Value, view: View): Value {
  if (view.kind === 'tokens') return e.ints([view.height, view.width]);
  const first = view.layout === 'channels-last' ? 1 : 2;
  const sizes = [a.dims?.[first], a.dims?.[first + 1]];
  if (sizes.every((size) => typeof size === 'number')) return e.ints(sizes as number[]);
  return e.slice(e.shape(a), [0], [first], [first + 2]);
}

/** Half-pixel bilinear interpolation from `source` cells to `target`, as a matrix: one row per target cell. */
function interpolation(source: number, target: number): number[] {
  const matrix = new Array<number>(source * target).fill(0);
  for (let i = 0; i < target; i++) {
    const at = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, source - 1);
    matrix[i * source + low] = (matrix[i * source + low] as number) + 1 - (at - low);
    matrix[i * source + high] = (matrix[i * source + high] as number) + (at - low);
  }
  return matrix;
}

/** [N, 1, h, w] at the size of the picture. Before opset 11 there is no half-pixel Resize: two products say the same. */
function enlarged(
  e: Emitter,
  map: Value,
  space: readonly number[] | undefined,
  picture: Value,
  pictureView: View,
): Value {
  const size = spaceOf(e, picture, pictureView);
  if (e.opset >= 11) {
    const sizes = e.concat([e.slice(e.shape(map), [0], [0], [2]), size], 0);
    return e.node('Resize', [map, e.floats([]), e.floats([]), sizes], {
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    });
  }
  const first = pictureView.kind === 'map' && pictureView.layout === 'channels-last' ? 1 : 2;
  const [height, width] = [e.size(picture, first), e.size(picture, first + 1)];
  const [h, w] = space ?? refuse('before opset 11 a heatmap in the graph needs the sizes of its layer; pass `shapes`');
  const down = e.floats(interpolation(h as number, height), [height, h as number]);
  const across = e.transpose(e.floats(interpolation(w as number, width), [width, w as number]), [1, 0]);
  return e.matmul(e.matmul(down, map), across);
}

/** The sizes of the map where they are known. */
function knownSpace(a: Value, view: View): readonly number[] | undefined {
  if (view.kind === 'tokens') return [view.height, view.width];
  const first = view.layout === 'channels-last' ? 1 : 2;
  const sizes = a.dims?.slice(first, first + 2);
  return sizes?.every((size) => typeof size === 'number') ? (sizes as number[]) : undefined;
}

/**
 * Grad-CAM as operators (Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391, equations 1 and 2): channel weights are the means of
 * the gradient, their sum over the channels is cut below zero, divided by its maximum (an empty map stays zeros) and enlarged
 * to the picture, half-pixel bilinear. float32 [N, H, W] from 0 to 1.
 */
export function heatmap(
  e: Emitter,
  layer: { readonly activation: Value; readonly gradient: Value; readonly view: View },
  picture: Value,
  pictureView: View,
): Value {
  const { activation, gradient, view } = layer;
  const weights = e.mean(rows(e, gradient, view), [1]);
  const summed = e.sum(e.mul(rows(e, activation, view), weights), [2]);
  const positive = e.node('Relu', [summed]);
  const most = e.max(positive, [1]);
  const scale = e.add(most, e.indicator(e.not(e.above(most, 0))));
  const flat = e.transpose(e.div(positive, scale), [0, 2, 1]);
  const space = spaceOf(e, activation, view);
  const map = e.reshape(flat, e.concat([e.ints([0, 1]), space], 0));
  const large = e.squeeze(enlarged(e, map, knownSpace(activation, view), picture, pictureView), [1]);
  const first = pictureView.kind === 'map' && pictureView.layout === 'channels-last' ? 1 : 2;
  return e.withDims(
    large,
    [activation.dims?.[0], ...[first, first + 1].map((axis) => picture.dims?.[axis])].map((dim) => dim ?? null),
  );
}
