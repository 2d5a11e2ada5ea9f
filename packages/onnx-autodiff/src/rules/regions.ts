import type { Attributes } from '../emit/node-proto.ts';
import type { Value } from '../emit/tape.ts';
import { INT64 } from '../graph/types.ts';
import { type Context, missing, type Rule } from './rule.ts';

/** What came back for the points, times the points of the identity transform with a last coordinate of 1. */
function affineGrid({ e, node, g, x: [theta], raw: [, size] }: Context): Value {
  const axes = e.size(theta, 1);
  const unit = Array.from({ length: axes * (axes + 1) }, (_, i) => (i % (axes + 2) === 0 ? 1 : 0));
  const one = e.concat([e.ints([1]), e.slice(e.index(size), [0], [1], [axes + 2])], 0);
  const attributes = { align_corners: node.int('align_corners', 0) };
  const points = e.reshape(e.node('AffineGrid', [e.floats(unit, [1, axes, axes + 1]), one], attributes), [-1, axes]);
  const homogeneous = e.concat([points, e.ones(e.slice(points, [1], [0], [1]))], 1);
  return e.matmul(e.transpose(e.reshape(g, [0, -1, axes]), [0, 2, 1]), homogeneous);
}

function roiAttributes({ node }: Context): Attributes {
  const ints = ['output_height', 'output_width', 'sampling_ratio'].filter((name) => node.has(name));
  const text = 'coordinate_transformation_mode';
  return {
    ...Object.fromEntries(ints.map((name) => [name, node.int(name, 0)])),
    ...(node.has('spatial_scale') ? { spatial_scale: { float: node.float('spatial_scale', 1) } } : {}),
    ...(node.has(text) ? { [text]: node.string(text, '') } : {}),
  };
}

/** Averages of a region are linear in the picture, and alike for every channel: the matrix is what a picture of one bright cell each gives. */
function roiAlign(context: Context): Value {
  const { e, g, x } = context;
  const [picture, regions] = x;
  const [height, width] = [e.size(picture, 2), e.size(picture, 3)];
  const cells = height * width;
  const pixels = e.identity({ name: '', dims: [cells] }, 0);
  const batch = e.index(context.raw[2]);
  const same = e.sub(batch, batch);
  const seen = e.node(
    'RoiAlign',
    [e.reshape(pixels, [1, cells, height, width]), regions, same],
    roiAttributes(context),
  );
  const matrix = e.transpose(e.reshape(seen, [0, cells, -1]), [0, 2, 1]);
  const perRegion = e.reshape(e.matmul(e.reshape(g, [0, 0, -1]), matrix), [0, -1]);
  const owner = e.oneHot({ ...batch, dims: [null], type: INT64 }, picture, 0);
  return e.reshapeLike(e.contract(owner, e.withDims(perRegion, [null, null]), 0, picture), picture);
}

/** Grids and regions of pictures: https://onnx.ai/onnx/operators/onnx__AffineGrid.html, onnx__RoiAlign.html */
export const regions: readonly Rule[] = [
  { op: 'AffineGrid', since: 20, vjp: (context) => [() => affineGrid(context), null] },
  {
    op: 'RoiAlign',
    note: 'averages',
    since: 10,
    check: (node) =>
      node.string('mode', 'avg') === 'avg'
        ? undefined
        : 'the greatest value of a region has no gradient rule, averages have',
    vjp: (context) => [
      () => roiAlign(context),
      missing('the gradient of regions has no rule; ask for the picture'),
      null,
    ],
  },
];
