import type { Attributes } from '../emit/node-proto.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** How an operator says the new sizes. Vectors have one entry per entry of `axes`. */
interface Sizing {
  readonly axes: readonly number[];
  readonly by: 'scales' | 'sizes';
  readonly known: readonly number[] | undefined;
  readonly vector: Value | undefined;
  readonly roi: Value | undefined;
}

function sizingOf({ e, node, opset, has, constant, raw, x: [x] }: Context): Sizing {
  const rank = e.rank(x);
  const axes = node.ints('axes')?.map((axis) => e.axis(x, axis)) ?? Array.from({ length: rank }, (_, axis) => axis);
  const modern = node.op === 'Resize' && opset >= 11;
  const attribute = node.floats('scales');
  if (attribute) return { axes, by: 'scales', known: attribute, vector: undefined, roi: undefined };
  // an empty constant is how opset 11 and 12 say that the other input counts
  const empty = (input: number): boolean => !has(input) || constant(input)?.length === 0 || raw[input]?.dims?.[0] === 0;
  const by = modern && empty(2) ? 'sizes' : 'scales';
  const input = !modern ? 1 : by === 'sizes' ? 3 : 2;
  const crops = node.string('coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';
  return { axes, by, known: constant(input), vector: raw[input], roi: crops ? raw[1] : undefined };
}

/**
 * Whole factors by which nearest-neighbour upsampling repeats each cell along the space axes, where it is as plain as that.
 */
function repeats({ e, node, opset, x: [x], y }: Context, { axes, by, known }: Sizing): readonly number[] | undefined {
  const rank = e.rank(x);
  const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
  const nearest = node.string('nearest_mode', 'round_prefer_floor');
  const blocks =
    node.op === 'Upsample' ||
    opset < 11 ||
    (coordinates === 'half_pixel' && nearest.startsWith('round')) ||
    (coordinates === 'asymmetric' && nearest === 'floor');
  if (node.string('mode', 'nearest') !== 'nearest' || !blocks || axes.length !== rank || rank < 3 || rank > 5)
    return undefined;
  const factors = Array.from({ length: rank }, (_, axis) => {
    const [cells, grown] = [x.dims?.[axis], y.dims?.[axis]];
    if (by === 'scales') return known?.[axes.indexOf(axis)] ?? Number.NaN;
    return typeof cells === 'number' && typeof grown === 'number' ? grown / cells : Number.NaN;
  });
  return factors[0] === 1 && factors[1] === 1 && factors.every(Number.isInteger) ? factors.slice(2) : undefined;
}

/** Attributes that say how coordinates are found and weighed, as the node has them. */
function waysOf({ node }: Context): Attributes {
  const texts = ['mode', 'coordinate_transformation_mode', 'nearest_mode'].filter((name) => node.has(name));
  const ints = ['exclude_outside', 'antialias'].filter((name) => node.has(name));
  return {
    ...Object.fromEntries(texts.map((name) => [name, node.string(name, '')])),
    ...Object.fromEntries(ints.map((name) => [name, node.int(name, 0)])),
    ...(node.has('cubic_coeff_a') ? { cubic_coeff_a: { float: node.float('cubic_coeff_a', -0.75) } } : {}),
  };
}

/** The matrix of the resizing along one axis: the runtime's own resizing of the identity. [out, in] */
function axisMatrix(context: Context, { axes, by, known, vector, roi }: Sizing, axis: number): Value {
  const { e, node, opset, x } = context;
  const index = axes.indexOf(axis);
  const cells = e.sizeOf(x[0], axis);
  const identity = e.unsqueeze(e.identity(x[0], axis), [0, 1]);
  const matrix = (image: Value): Value => e.squeeze(image, [0, 1]);
  const given = known?.[index];
  const one = (): Value =>
    given === undefined ? e.pick(vector as Value, [index]) : by === 'sizes' ? e.ints([given]) : e.floats([given]);
  const scales = (): Value =>
    given === undefined ? e.concat([e.floats([1, 1]), one(), e.floats([1])], 0) : e.floats([1, 1, given, 1]);
  const ways = waysOf(context);
  if (node.op === 'Upsample' && opset < 9)
    return matrix(e.node('Upsample', [identity], { ...ways, scales: { floats: [1, 1, given ?? 1, 1] } }));
  if (opset < 11) return matrix(e.node(node.op, [identity, scales()], ways));
  const part = (at: number): Value => e.pick(e.float(roi as Value), [at]);
  const region = roi
    ? e.concat([e.floats([0, 0]), part(index), e.floats([0, 1, 1]), part(axes.length + index), e.floats([1])], 0)
    : opset < 13
      ? e.floats([])
      : undefined;
  if (by === 'scales') return matrix(e.node('Resize', [identity, region, scales()], ways));
  const sizes = e.concat([e.ints([1, 1]), one(), cells], 0);
  return matrix(e.node('Resize', [identity, region, opset < 13 ? e.floats([]) : undefined, sizes], ways));
}

/** The policy's one scale for all axes, as the runtime reckons it, and the sizes that it gives. */
function keptAspect(context: Context, sizing: Sizing): Sizing {
  const { e, node, x } = context;
  const policy = node.string('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch' || sizing.by === 'scales') return sizing;
  const { known } = sizing;
  if (!known) return e.refuse('its gradient needs sizes that the file knows; they are computed at run time');
  const ratios = sizing.axes.map((axis, index) => (known[index] as number) / e.size(x[0], axis));
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  const exact = sizing.axes.map((axis) => scale * e.size(x[0], axis));
  if (!exact.every((size) => Math.abs(size - Math.round(size)) < 1e-6))
    e.refuse(
      'it keeps the aspect ratio with sizes that are no multiple of it; give the sizes that result, with policy stretch',
    );
  return { ...sizing, known: exact.map(Math.round) };
}

/** Axis by axis: resizing is a product of linear maps, one for each. */
function resized(context: Context): Value {
  const { e, x, y } = context;
  let { g } = context;
  const declared = sizingOf(context);
  const kernel = repeats(context, declared);
  if (kernel) {
    const mean = e.node('AveragePool', [g], { kernel_shape: kernel, strides: kernel });
    return e.times(
      mean,
      kernel.reduce((a, b) => a * b, 1),
    );
  }
  const sizing = keptAspect(context, declared);
  for (const [index, axis] of sizing.axes.entries()) {
    const cells = x[0].dims?.[axis];
    const unchanged = sizing.by === 'scales' ? sizing.known?.[index] === 1 : cells != null && cells === y.dims?.[axis];
    if (unchanged && !sizing.roi) continue;
    g = e.contract(axisMatrix(context, sizing, axis), g, axis, x[0]);
  }
  return g;
}

/** Resizing of every mode and coordinate transform: https://onnx.ai/onnx/operators/onnx__Resize.html, onnx__Upsample.html */
export const resize: readonly Rule[] = [
  { op: 'Upsample', until: 9, vjp: (context) => [() => resized(context), null] },
  {
    op: 'Resize',
    since: 10,
    note: 'all modes and coordinates; keeping the aspect ratio, only sizes that do',
    vjp: (context) => [() => resized(context), null, null, null],
  },
];
