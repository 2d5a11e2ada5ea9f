import { GradcamError } from './errors.ts';
import type { Grid, Layer } from './model.ts';

/** A layer that was chosen, and why; `alternatives` are the other good ones, best first. */
export interface LayerChoice {
  readonly layer: Layer;
  readonly reason: string;
  readonly alternatives: readonly Layer[];
}

/**
 * What makes a feature map, as ONNX, Keras and TensorFlow spell it, lower case and with "_" removed. Gates (sigmoids, softmax) are left
 * out: they scale a map but are none; `mul` is in because exporters write x * sigmoid(x) out, and its output is the activation.
 */
const FEATURE_KINDS: readonly RegExp[] = [
  /^(fused|qlinear|depthwise|separable)*conv(\d+d)?(transpose|integer|native|backpropinput)?$/,
  /norm(alization)?(v\d)?$/,
  /^lrn$/,
  /^(activation|clip|hardswish|softplus|softsign|mish|swish|silu|tanh|celu|mul|multiply)$/,
  /(relu|relu6|elu|gelu|selu)$/,
  /^(qlinear|bias)?(add|concat)(v2|enate|n)?$/,
  /^(global)?(max|average|avg|lp)pool(ing)?(\d+d|v2)?$/,
  /^dequantizelinear$/,
];

function makesFeatures({ kind }: Layer): boolean {
  const plain = kind.toLowerCase().replace(/^.*\./, '').replaceAll('_', '');
  return FEATURE_KINDS.some((pattern) => pattern.test(plain));
}

/** Positions of the grid; a size that depends on the input counts as more than one. */
function positionsOf({ dims, grid }: Layer): number {
  if (grid?.kind === 'tokens') return grid.height * grid.width;
  return dims.slice(2).reduce<number>((product, dim) => product * (dim ?? 2), 1);
}

const sizeOf = ({ dims, grid }: Layer): string =>
  (grid?.kind === 'tokens' ? [grid.height, grid.width] : dims.slice(2)).map((dim) => dim ?? '?').join(' x ');

function refuse(layers: readonly Layer[]): never {
  const blocked = layers.findLast((layer) => layer.onPath && layer.grid && layer.blocked.length > 0);
  const nodes = blocked?.blocked.map(({ node, op, reason }) => `${node} (${op}): ${reason}`).join('; ');
  throw new GradcamError(
    blocked ? 'no-gradient' : 'unsupported-model',
    blocked
      ? `no layer can be explained: the gradient cannot reach ${blocked.name} because of ${nodes}; expected a differentiable path; choose a gradient-free method`
      : 'no layer has positions to explain; expected a feature map [N, C, H, W] or a token grid on the way to the score; name one with `layer`, or use a method that works on the input',
  );
}

/**
 * Of maps, the last first: where a path leads around the last one, as around a branch in front of a concatenation that is pooled to one
 * position, the last map of its size that everything passes through goes before it.
 */
function throughFirst(maps: readonly Layer[]): readonly Layer[] {
  const [last] = maps;
  if (!last?.bypassed || sizeOf(last).includes('?')) return maps;
  const through = maps.find((layer) => !layer.bypassed && sizeOf(layer) === sizeOf(last));
  return through ? [through, ...maps.filter((layer) => layer !== through)] : maps;
}

/** A transformer ends in tokens and begins with a map, its patch embedding; a network that ends in maps has no use for its tokens. */
function rankedFeatures(usable: readonly Layer[]): readonly Layer[] {
  const made = usable.filter(makesFeatures);
  const maps = made.filter(({ grid }) => grid?.kind === 'map');
  const all = made.filter(({ grid }) => grid?.kind === 'tokens');
  // what everything passes through, as the sum behind a block, goes before what a residual path leads around
  const through = all.filter(({ bypassed }) => !bypassed);
  const tokens = through.length > 0 ? through : all;
  const last = usable.find((layer) => layer === maps[0] || layer === tokens[0]);
  return last === tokens[0] ? [...tokens, ...maps] : throughFirst(maps);
}

/** Features before anything else, and maps before tokens where neither is one; the last layer first. */
function ranked(layers: readonly Layer[], needsGradient: boolean): readonly Layer[] {
  const usable = layers
    .slice(1)
    .filter(
      (layer) =>
        layer.onPath && !layer.classMap && positionsOf(layer) > 1 && !(needsGradient && layer.blocked.length > 0),
    )
    .toReversed();
  const ofKind = (kind: Grid['kind']): Layer[] => usable.filter(({ grid }) => grid?.kind === kind);
  return [rankedFeatures(usable), ofKind('map'), ofKind('tokens')].find((all) => all.length > 0) ?? [];
}

/**
 * The layer a person would take: the last feature map or token grid with more than one position that the score depends on, never a
 * class map; made features (convolution, norm, activation, sum, concatenation, pooling) before anything else, and of maps as large as the
 * last one those that no path leads around.
 * @param needsGradient leave out layers that a gradient cannot reach
 * @throws GradcamError `unsupported-model` when there is no such layer, `no-gradient` when there are but none can be differentiated
 */
export function chooseLayer(layers: readonly Layer[], needsGradient = true): LayerChoice {
  const [layer, ...alternatives] = ranked(layers, needsGradient);
  if (!layer) return refuse(layers);
  const what = layer.grid?.kind === 'tokens' ? 'token grid' : 'feature map';
  const isLast = alternatives.every((other) => layers.indexOf(other) < layers.indexOf(layer));
  const which = isLast ? '' : ', around which no path leads,';
  return {
    layer,
    reason: `the last ${what} with more than one position${which} on the way to the score (${layer.kind}, ${sizeOf(layer)})`,
    alternatives,
  };
}

/** Most resolutions that are looked at together: before them layers know edges and colours, and no classes. */
const RESOLUTIONS = 4;

/**
 * The layers of each of the last four resolutions, the coarsest resolution and the last layer first: by the rules of {@link chooseLayer}, which
 * gives the first of the first.
 * @throws GradcamError as {@link chooseLayer}
 */
export function chooseLayers(
  layers: readonly Layer[],
  needsGradient = true,
): readonly (readonly [Layer, ...Layer[]])[] {
  const { layer: last, alternatives } = chooseLayer(layers, needsGradient);
  const groups = new Map<string, [Layer, ...Layer[]]>();
  for (const layer of [last, ...alternatives]) {
    const size = sizeOf(layer);
    const group = groups.get(size);
    if (group) group.push(layer);
    else groups.set(size, [layer]);
  }
  return [...groups.values()].slice(0, RESOLUTIONS);
}
