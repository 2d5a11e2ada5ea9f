import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { relativeError } from '@gradcam/conformance';
import { describe, expect, test } from 'vitest';
import { model as build, type NodeSpec } from '../../onnx-autodiff/test/models/build.ts';
import {
  explain,
  type FromOnnxOptions,
  findLayer,
  fromOnnx,
  type OnnxModel,
  type Ort,
  type Tensor,
} from '../src/index.ts';
import { noise as drawing } from './noise.ts';

const noise = drawing(9);
const ints = (...values: number[]) => ({ type: 'int64', dims: [values.length], values });

/** A layer norm, as exporters write it before opset 17. */
const norm = (x: string, y: string): NodeSpec[] => [
  ['ReduceMean', [x], [`${y}/mean`], { axes: [-1] }],
  ['Sub', [x, `${y}/mean`], [`${y}/centred`]],
  ['Mul', [`${y}/centred`, `${y}/centred`], [`${y}/square`]],
  ['ReduceMean', [`${y}/square`], [`${y}/variance`], { axes: [-1] }],
  ['Add', [`${y}/variance`, 'one'], [`${y}/above`]],
  ['Sqrt', [`${y}/above`], [`${y}/deviation`]],
  ['Div', [`${y}/centred`, `${y}/deviation`], [`${y}/standard`]],
  ['Mul', [`${y}/standard`, 'one'], [y]],
];

const patches: readonly NodeSpec[] = [
  ['Conv', ['x', 'filters'], ['patches'], { kernel_shape: [4, 4], strides: [4, 4] }],
  ['Reshape', ['patches', 'folding'], ['folded']],
];
const embedding = { filters: noise([6, 3, 4, 4]), folding: ints(0, 6, -1), one: { dims: [], values: [1] } };

/** Windows of 2 x 2 tokens are cut out, changed, put together again and merged, as Hugging Face's Swin does. 4 x 8 tokens become 2 x 4. */
const windows = build({
  opset: 13,
  inputs: { x: ['N', 3, 16, 32] },
  constants: {
    ...embedding,
    map: ints(-1, 4, 8, 6),
    split: ints(-1, 2, 2, 4, 2, 6),
    window: ints(-1, 4, 6),
    back: ints(-1, 2, 4, 2, 2, 6),
    whole: ints(-1, 32, 6),
    quarter: ints(-1, 2, 2, 4, 2, 6),
    merge: ints(-1, 8, 24),
    mix: noise([6, 6]),
    narrow: noise([24, 12]),
    head: noise([12, 5]),
  },
  nodes: [
    ...patches,
    ['Transpose', ['folded'], ['tokens'], { perm: [0, 2, 1] }],
    ...norm('tokens', 'normed'),
    ['Reshape', ['normed', 'map'], ['grid']],
    ['Reshape', ['grid', 'split'], ['parts']],
    ['Transpose', ['parts'], ['side'], { perm: [0, 1, 3, 2, 4, 5] }],
    ['Reshape', ['side', 'window'], ['windows']],
    ['MatMul', ['windows', 'mix'], ['mixed']],
    ['Tanh', ['mixed'], ['bent']],
    ['Reshape', ['bent', 'whole'], ['shuffled']],
    ['Reshape', ['bent', 'back'], ['unwindowed']],
    ['Transpose', ['unwindowed'], ['inOrder'], { perm: [0, 1, 3, 2, 4, 5] }],
    ['Reshape', ['inOrder', 'whole'], ['attended']],
    ['Add', ['tokens', 'attended'], ['sum']],
    ['Reshape', ['sum', 'quarter'], ['corners']],
    ['Transpose', ['corners'], ['gathered'], { perm: [0, 1, 3, 4, 2, 5] }],
    ['Reshape', ['gathered', 'merge'], ['merged']],
    ['MatMul', ['merged', 'narrow'], ['narrowed']],
    ...norm('narrowed', 'last'),
    ['ReduceMean', ['last'], ['pooled'], { axes: [1], keepdims: 0 }],
    ['MatMul', ['pooled', 'head'], ['logits']],
  ],
  outputs: ['logits'],
});

const weights = { ...embedding, mix: noise([6, 6]), narrow: noise([6, 6]), head: noise([6, 5]) };

/** The same network with its tokens as [N, T, C] or as [T, N, C]. */
const mixed = (perm: readonly [number, number, number], axis: number): Uint8Array =>
  build({
    opset: 13,
    inputs: { x: ['N', 3, 16, 16] },
    constants: weights,
    nodes: [
      ...patches,
      ['Transpose', ['folded'], ['tokens'], { perm }],
      ['MatMul', ['tokens', 'mix'], ['mixed']],
      ['Tanh', ['mixed'], ['bent']],
      ['MatMul', ['bent', 'narrow'], ['narrowed']],
      ['Tanh', ['narrowed'], ['last']],
      ['ReduceMean', ['last'], ['pooled'], { axes: [axis], keepdims: 0 }],
      ['MatMul', ['pooled', 'head'], ['logits']],
    ],
    outputs: ['logits'],
  });

const folder = fileURLToPath(new URL('pytorch/', import.meta.url));
const exported = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${name}.onnx`));

/** Exported transformers: prefix tokens, the module that the automatic choice takes, as a name a person would type. */
const transformers = [
  ['vit', 1, 'blocks.0'],
  ['deit', 2, 'blocks.0'],
  ['vit-registers', 5, 'blocks.0'],
  ['vit-pooled', 0, 'norm'],
] as const;

const tokens = (prefix: number, height: number, width: number) => ({ kind: 'tokens', prefix, height, width });

/** Reading tokens and channels-last maps as pictures. */
export function checkTokens(ort: Ort): void {
  const using = async (
    bytes: Uint8Array,
    options: FromOnnxOptions,
    check: (model: OnnxModel) => Promise<void>,
  ): Promise<void> => {
    const model = await fromOnnx(bytes, ort, options);
    await check(model);
    await model.dispose();
  };

  const gridAs = async (given: NonNullable<FromOnnxOptions['tokens']>) => {
    const opened = await fromOnnx(exported('vit-13'), ort, { tokens: given });
    await opened.dispose();
    return findLayer(opened.layers, 'blocks.0').grid;
  };

  describe('tokens', () => {
    for (const [name, prefix, chosen] of transformers)
      for (const exporter of ['13', 'dynamo'])
        test(`${name}-${exporter}: ${prefix} in front, and patches with a gradient`, () =>
          using(exported(`${name}-${exporter}`), {}, async (model) => {
            for (const layer of ['blocks.0', 'blocks.0.norm1', 'blocks.1', 'norm'])
              expect(findLayer(model.layers, layer).grid).toEqual(tokens(prefix, 4, 4));
            const [explanation] = await explain(model, noise([1, 3, 32, 32]));
            expect(explanation?.layer.name).toBe(findLayer(model.layers, chosen).name);
            expect(explanation?.map.dims).toEqual([4, 4]);
            expect(explanation?.map.data.some((value) => value !== 0)).toBe(true);
            expect(explanation?.warnings).toEqual([]);
          }));

    for (const exporter of ['9', '17', 'dynamo'])
      test(`swin-${exporter}: channels-last maps, windows are none`, () =>
        using(exported(`swin-${exporter}`), {}, async (model) => {
          for (const [layer, dims] of [
            ['features.1.1', [null, 12, 8, 8]],
            ['features.2', [null, 24, 4, 4]],
            ['norm', [null, 24, 4, 4]],
          ] as const)
            expect(findLayer(model.layers, layer)).toMatchObject({ grid: { kind: 'map' }, dims });
          expect(model.layers.some(({ aliases }) => aliases.includes('features.1.1.attn.qkv'))).toBe(false);
          const [explanation] = await explain(model, noise([1, 3, 32, 32]));
          expect(explanation?.layer.name).toBe(findLayer(model.layers, 'norm').name);
        }));

    test('are followed into windows, out of them, and through merging', () =>
      using(windows, {}, async (model) => {
        const grid = (name: string) => model.layers.find((layer) => layer.name === name)?.grid;
        expect(grid('tokens')).toEqual(tokens(0, 4, 8));
        expect(grid('grid')).toEqual({ kind: 'map' });
        expect(grid('windows')).toBeUndefined();
        expect(grid('shuffled')).toBeNull();
        expect(grid('attended')).toEqual(tokens(0, 4, 8));
        expect(grid('merged')).toEqual(tokens(0, 2, 4));
        expect(grid('last')).toEqual(tokens(0, 2, 4));
        const [explanation] = await explain(model, noise([1, 3, 16, 32]));
        expect(explanation?.map.dims).toEqual([2, 4]);
      }));

    test('a bright corner lights the position that was said to be there', () =>
      using(mixed([0, 2, 1], 1), {}, async (model) => {
        const x = { data: new Float32Array(3 * 16 * 16), dims: [1, 3, 16, 16] };
        for (let channel = 0; channel < 3; channel++) x.data[channel * 256 + 4 * 16 + 13] = 1; // row 1, column 3 of the grid
        const { activations } = await model.run(x, { layers: ['tokens'] });
        const lit = [...(activations.get('tokens')?.data ?? [])].flatMap((value, i) => (value === 0 ? [] : [i]));
        expect(new Set(lit.map((i) => Math.floor(i / 6)))).toEqual(new Set([1 * 4 + 3]));
      }));

    test('are read as the user says', async () => {
      expect(await gridAs({ prefix: 2, height: 3 })).toEqual(tokens(2, 3, 5));
      expect(await gridAs({ height: 2, width: 8 })).toEqual(tokens(1, 2, 8));
      expect(await gridAs({ prefix: 8 })).toEqual(tokens(8, 3, 3));
      await expect(gridAs({ prefix: 3 })).rejects.toThrow(/3 \+ any x any tokens \(T is 16, 1, 17\)/);
    });

    test('whose batch is another axis are layers where their axes are given', async () => {
      const x = noise([3, 3, 16, 16]);
      const axes = new Map([['bent', 'TNC']]);
      await using(mixed([2, 0, 1], 0), {}, async (model) => {
        expect(model.layers.map(({ name }) => name)).not.toContain('bent');
      });
      await using(mixed([2, 0, 1], 0), { axes }, async (timeFirst) => {
        await using(mixed([0, 2, 1], 1), {}, async (plain) => {
          expect(findLayer(timeFirst.layers, 'bent')).toMatchObject({ dims: [null, 16, 6], grid: tokens(0, 4, 4) });
          const request = { layers: ['bent'], seed: [1, 2, 3] };
          const passes = [await timeFirst.run(x, request), await plain.run(x, request)] as const;
          for (const part of ['activations', 'gradients'] as const) {
            const [a, b] = passes.map((pass) => pass[part].get('bent')) as [Tensor, Tensor];
            expect(a.dims).toEqual(b.dims);
            expect(relativeError(a.data, b.data)).toBeLessThan(1e-6);
          }
          const activation = passes[0].activations.get('bent') as Tensor;
          const { output } = await timeFirst.resume({ layer: 'bent', activation });
          expect(relativeError(output.data, passes[1].output.data)).toBeLessThan(1e-6);
          const pulled = await timeFirst.pull({ layer: 'bent', activation }, [1, 2, 3]);
          expect(relativeError(pulled.data, passes[1].gradients.get('bent')?.data ?? [])).toBeLessThan(1e-6);
        });
      });
      const wrong = fromOnnx(mixed([2, 0, 1], 0), ort, { axes: new Map([['bent', 'TNCC']]) });
      await expect(wrong).rejects.toThrow(/axes "TNCC" for bent of 3 axes; expected a letter for each axis/);
    });
  });
}
