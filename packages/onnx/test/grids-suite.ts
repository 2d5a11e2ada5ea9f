import { describe, expect, test } from 'vitest';
import { model as build, type ModelSpec, type NodeSpec } from '../../onnx-autodiff/test/models/build.ts';
import { explain, fromOnnx, type Grid, type Ort } from '../src/index.ts';
import { noise } from './noise.ts';

const drawn = noise(19);
const ints = (...values: number[]) => ({ type: 'int64', dims: [values.length], values });
const index = (value: number) => ({ type: 'int64', dims: [], values: [value] });

const base = { opset: 13, inputs: { x: ['N', 3, 16, 16] }, outputs: ['logits'] } as const;
const stem: NodeSpec = ['Conv', ['x', 'filters'], ['stem'], { kernel_shape: [4, 4], strides: [4, 4] }];
const head: readonly NodeSpec[] = [
  ['GlobalAveragePool', ['last'], ['pooled']],
  ['Flatten', ['pooled'], ['flat']],
  ['Gemm', ['flat', 'weights'], ['logits']],
];

/** A group norm as PyTorch writes it before opset 18: an instance norm whose channels are groups. */
const groups: ModelSpec = {
  ...base,
  constants: {
    filters: drawn([6, 3, 4, 4]),
    grouping: ints(0, 2, -1),
    one: { dims: [2], values: [1, 1] },
    zero: { dims: [2], values: [0, 0] },
    scale: drawn([6, 1, 1]),
    weights: drawn([6, 5]),
  },
  nodes: [
    stem,
    ['Reshape', ['stem', 'grouping'], ['grouped']],
    ['InstanceNormalization', ['grouped', 'one', 'zero'], ['normed']],
    ['Shape', ['stem'], ['sizes']],
    ['Reshape', ['normed', 'sizes'], ['ungrouped']],
    ['Mul', ['ungrouped', 'scale'], ['last']],
    ...head,
  ],
};

/** The means of all channels weigh each other by a convolution along the channels, as in ECA-Net; then tokens are picked and mixed by another, as in CoaT. */
const rows: ModelSpec = {
  ...base,
  constants: {
    filters: drawn([6, 3, 4, 4]),
    row: ints(0, 1, -1),
    near: drawn([1, 1, 3]),
    gate: ints(0, 6, 1, 1),
    fold: ints(0, 6, -1),
    first: index(0),
    last: index(-1),
    one: ints(1),
    mix: drawn([1, 2, 1]),
    weights: drawn([6, 5]),
  },
  nodes: [
    stem,
    ['GlobalAveragePool', ['stem'], ['means']],
    ['Reshape', ['means', 'row'], ['channels']],
    ['Conv', ['channels', 'near'], ['weighed'], { kernel_shape: [3], pads: [1, 1] }],
    ['Sigmoid', ['weighed'], ['open']],
    ['Reshape', ['open', 'gate'], ['opened']],
    ['Mul', ['stem', 'opened'], ['gated']],
    ['Reshape', ['gated', 'fold'], ['folded']],
    ['Transpose', ['folded'], ['tokens'], { perm: [0, 2, 1] }],
    ['Gather', ['tokens', 'first'], ['one token'], { axis: 1 }],
    ['Gather', ['tokens', 'last'], ['other token'], { axis: 1 }],
    ['Unsqueeze', ['one token', 'one'], ['a']],
    ['Unsqueeze', ['other token', 'one'], ['b']],
    ['Concat', ['a', 'b'], ['both'], { axis: 1 }],
    ['Conv', ['both', 'mix'], ['mixed'], { kernel_shape: [1] }],
    ['Squeeze', ['mixed', 'one'], ['flat']],
    ['Gemm', ['flat', 'weights'], ['logits']],
  ],
};

/** Tokens in the order of Hiera, those that will be pooled together apart from each other, and pooled by their maximum; a batch norm over rows of tokens, as in LeViT. */
const unrolled: ModelSpec = {
  ...base,
  constants: {
    filters: drawn([6, 3, 4, 4]),
    split: ints(0, 6, 2, 2, 2, 2),
    list: ints(0, 16, 6),
    quarters: ints(0, 4, 4, 6),
    flat: ints(-1, 6),
    whole: ints(-1, 4, 6),
    scale: drawn([6]),
    variance: { dims: [6], values: [1, 2, 1, 2, 1, 2] },
    weights: drawn([6, 5]),
  },
  nodes: [
    stem,
    ['Reshape', ['stem', 'split'], ['parts']],
    ['Transpose', ['parts'], ['apart'], { perm: [0, 3, 5, 2, 4, 1] }],
    ['Reshape', ['apart', 'list'], ['unrolled']],
    ['Reshape', ['unrolled', 'quarters'], ['grouped']],
    ['ReduceMax', ['grouped'], ['pooled'], { axes: [1], keepdims: 0 }],
    ['Reshape', ['pooled', 'flat'], ['rows']],
    ['BatchNormalization', ['rows', 'scale', 'scale', 'scale', 'variance'], ['normed']],
    ['Reshape', ['normed', 'whole'], ['back']],
    ['Add', ['back', 'pooled'], ['last']],
    ['ReduceMean', ['last'], ['mean'], { axes: [1], keepdims: 0 }],
    ['MatMul', ['mean', 'weights'], ['logits']],
  ],
};

/** Patches cut out by an Unfold as it is exported, a small map each, become tokens, as in TNT. */
const unfolded: ModelSpec = {
  ...base,
  constants: {
    table: {
      type: 'int64',
      dims: [4, 4],
      values: Array.from({ length: 16 }, (_, i) => Math.floor(i / 4) + 4 * (i % 4)),
    },
    patches: ints(-1, 3, 4, 4),
    small: drawn([6, 3, 2, 2]),
    list: ints(-1, 16, 24),
    weights: drawn([24, 5]),
  },
  nodes: [
    ['Gather', ['x', 'table'], ['strips'], { axis: 2 }],
    ['Gather', ['strips', 'table'], ['cells'], { axis: 4 }],
    ['Transpose', ['cells'], ['apart'], { perm: [0, 3, 5, 1, 2, 4] }],
    ['Reshape', ['apart', 'patches'], ['cut']],
    ['Conv', ['cut', 'small'], ['seen'], { kernel_shape: [2, 2], strides: [2, 2] }],
    ['Reshape', ['seen', 'list'], ['last']],
    ['ReduceMean', ['last'], ['mean'], { axes: [1], keepdims: 0 }],
    ['MatMul', ['mean', 'weights'], ['logits']],
  ],
};

const map: Grid = { kind: 'map' };
const tokens = (height: number, width: number): Grid => ({ kind: 'tokens', prefix: 0, height, width });

/** What is a picture of positions, and what only has as many axes as one. */
export function checkGrids(ort: Ort): void {
  const expectGrids = async (spec: ModelSpec, grids: Readonly<Record<string, Grid | null>>, chosen: string) => {
    const model = await fromOnnx(build(spec), ort);
    const found = new Map(model.layers.map(({ name, grid }) => [name, grid]));
    for (const [name, grid] of Object.entries(grids)) expect(found.get(name), name).toEqual(grid);
    const explanations = await explain(model, drawn([2, 3, 16, 16]));
    for (const { layer } of explanations) expect(layer.name).toBe(chosen);
    await model.dispose();
    return explanations;
  };

  describe('grids', () => {
    test('groups of channels are no positions', async () => {
      const [explanation] = await expectGrids(
        groups,
        { grouped: null, normed: null, ungrouped: map, last: map },
        'last',
      );
      expect(explanation?.map.dims).toEqual([4, 4]);
    });

    test('groups of channels are no positions where sizes vary either', () =>
      expectGrids(
        { ...groups, inputs: { x: ['N', 3, 'H', 'W'] } },
        { grouped: null, normed: null, ungrouped: map, last: map },
        'last',
      ));

    test('a row of channels, or of a few picked tokens, is none', () =>
      expectGrids(rows, { weighed: null, gated: map, tokens: tokens(4, 4), mixed: null }, 'gated'));

    test('patches of an Unfold are tokens of its grid', () => expectGrids(unfolded, { last: tokens(4, 4) }, 'last'));

    test('tokens keep their grid through pooling in groups and norms over rows', () =>
      expectGrids(unrolled, { unrolled: null, pooled: tokens(2, 2), back: tokens(2, 2), last: tokens(2, 2) }, 'last'));
  });
}
