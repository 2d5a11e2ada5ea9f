import { describe, expect, it } from 'vitest';
import { eli5, explain, type Heatmap, heatmap, type Model, type Pixels, tensor } from '../src/index.ts';
import { bytesOf, difference, golden, picture } from './golden-pictures.ts';
import { pooledLinear } from './pooled-linear.ts';

const { explainPrediction, formatAsImage, gradcam, gradcamBackend, showPrediction } = eli5;

const model = (scale = 1): Model =>
  pooledLinear(
    [
      [3 * scale, -4 * scale],
      [-1 * scale, 2 * scale],
    ],
    [0.5, 0],
    [2, 3],
  );
const doc = tensor(Float32Array.of(1, 2, 0, 1, 3, 1, 0, 1, 2, 0, 1, 0), [1, 2, 2, 3]);
const formatted = (map: Heatmap, image: Pixels, options: eli5.FormatOptions = {}): Pixels =>
  formatAsImage(
    { image, targets: [{ target: 0, score: 0, heatmap: map, proba: null, weightedSpans: null, featureWeights: null }] },
    options,
  );

async function peak(normalizeGradient: 'l2' | 'none'): Promise<number> {
  const found = await explainPrediction(model(1e-7), doc, { targets: [0], normalizeGradient });
  return Math.max(...(found.targets[0]?.heatmap.data ?? []));
}

describe('gradcam(weights, activations)', () => {
  it('of zeros is zeros', () => {
    expect([...gradcam([0, 0], tensor(new Float32Array(8), [2, 2, 2])).data]).toEqual([0, 0, 0, 0]);
    expect([...gradcam([-1, -1], tensor(new Float32Array(8).fill(1), [2, 2, 2])).data]).toEqual([0, 0, 0, 0]);
  });
  it('of ones is ones, up to its epsilon', () => {
    for (const value of gradcam([1, 1], tensor(new Float32Array(8).fill(1), [2, 2, 2])).data) {
      expect(value).toBeLessThanOrEqual(1);
      expect(value).toBeGreaterThan(1 - 1e-6);
    }
  });
  it('has the peak that the tutorial of eli5 prints', () => {
    // Its map was divided by 0.0741 + 1e-7.
    expect(gradcam([1], tensor(Float32Array.of(0.0741, 0.02), [1, 1, 2])).data[0]).toBeCloseTo(0.99999865, 7);
  });
  it('refuses sizes that do not fit', () => {
    expect(() => gradcam([1], tensor(new Float32Array(8), [2, 2, 2]))).toThrow(/1 weights do not fit.*\[2,2,2\]/);
  });
});

describe('gradcamBackend', () => {
  it('gives the terms of Grad-CAM', async () => {
    const found = await gradcamBackend(model(), doc, { targets: [0], normalizeGradient: 'none' });
    // features = x^2 / 2: means 16/12 and 6/12; logits 3 * 4/3 - 4 / 2 + .5 = 2.5 and -4/3 + 1 = -1/3.
    const p = 1 / (1 + Math.exp(-1 / 3 - 2.5));
    expect(found.predictedIndex).toBe(0);
    expect(found.predictedValue).toBeCloseTo(p, 6);
    // dp/dA_k = p (1 - p) (w_0k - w_1k) / 6
    const expected = [4, -6].map((slope) => (p * (1 - p) * slope) / 6);
    for (const [k, weight] of found.weights.entries()) expect(weight).toBeCloseTo(expected[k] as number, 6);
    expect(found.activations.dims).toEqual([2, 2, 3]);
    expect([...found.activations.data].slice(0, 3)).toEqual([0.5, 2, 0]);
    expect(found.gradients.dims).toEqual([2, 2, 3]);
    const l2 = await gradcamBackend(model(), doc, { targets: [0] });
    expect(l2.gradients.data.reduce((sum, g) => sum + g * g, 0)).toBeCloseTo(1, 5);
  });
  it('differentiates the logit when asked to', async () => {
    const found = await gradcamBackend(model(), doc, { targets: [0], normalizeGradient: 'none', score: 'logit' });
    expect(found.predictedValue).toBeCloseTo(2.5, 6);
    for (const [k, weight] of found.weights.entries()) expect(weight).toBeCloseTo([3 / 6, -4 / 6][k] as number, 6);
  });
  it('takes the predicted class when none is asked for', async () => {
    expect(await gradcamBackend(model(), doc)).toMatchObject({ predictedIndex: 0 });
    expect(await gradcamBackend(model(-1), doc)).toMatchObject({ predictedIndex: 1 });
  });
  it('takes a layer by index, from the end too, name, alias, itself, or by its own choice', async () => {
    const one = model();
    const same = [1, -3, 'features', 'block.relu', one.layers[1] ?? null, null];
    for (const layer of same) expect((await gradcamBackend(one, doc, { layer })).layer.name).toBe('features');
  });
  it.each([
    ['a layer without positions', { layer: -1 }, /logits has dims \[any, 2\] and no positions/],
    [
      'an index that is not there',
      { layer: 4 },
      /there is no layer 4; the model has 4: expected an index from -4 to 3/,
    ],
    ['a name that is not there', { layer: 'feature' }, /did you mean "features"/],
    ['a fraction', { layer: 1.5 }, /the layer is 1.5; expected a name, an index/],
    ['a layer of another model', { layer: model().layers[1] }, /none of this model/],
    ['a boolean', { layer: true }, /the layer is true/],
    ['no list of targets', { targets: 0 }, /targets is number; expected a list/],
    ['two targets', { targets: [0, 1] }, /holds 2 classes; expected exactly one/],
    ['no target', { targets: [] }, /holds 0 classes; expected exactly one/],
    ['a name as target', { targets: ['cat'] }, /the target is "cat"; expected the index of a class/],
    ['a boolean as target', { targets: [true] }, /the target is true/],
    ['a negative target', { targets: [-1] }, /class -1 does not exist.*from 0 to 1/],
    ['a target beyond', { targets: [2] }, /class 2 does not exist.*from 0 to 1/],
  ] as [string, object, RegExp][])('refuses %s', async (_what, options, message) => {
    await expect(gradcamBackend(model(), doc, options)).rejects.toThrow(message);
  });
  it.each([
    ['a number', 10, /the doc is not an array/],
    ['a batch of three', tensor(new Float32Array(36), [3, 2, 2, 3]), /batch of the doc is 3; expected 1/],
    [
      'another shape',
      tensor(new Float32Array(8), [1, 2, 2, 2]),
      /dims \[1,2,2,2\]; expected the model's input, \[any, 2, 2, 3\]/,
    ],
    ['too few axes', tensor(new Float32Array(12), [2, 2, 3]), /dims \[2,2,3\]; expected/],
    ['NaN', tensor(new Float32Array(12).fill(NaN), [1, 2, 2, 3]), /12 of 12 values of x are not finite/],
  ] as [string, typeof doc, RegExp][])('refuses %s as doc', async (_what, wrong, message) => {
    await expect(gradcamBackend(model(), wrong)).rejects.toThrow(message);
    await expect(explainPrediction(model(), wrong)).rejects.toThrow(message);
  });
  it('says that a model is empty', async () => {
    await expect(gradcamBackend({ ...model(), layers: [] }, doc)).rejects.toThrow(/no layer/);
  });
});

describe('explainPrediction', () => {
  it('is what eli5 returns', async () => {
    const found = await explainPrediction(model(), doc, { targets: [1], image: picture });
    expect(found).toMatchObject({
      method: 'Grad-CAM',
      error: '',
      isRegression: false,
      highlightSpaces: null,
      image: picture,
    });
    expect(found.description).toContain('class 1');
    expect(found.targets).toHaveLength(1);
    const [target] = found.targets;
    expect(target).toMatchObject({ target: 1, proba: null, weightedSpans: null, featureWeights: null });
    expect(Math.max(...(target?.heatmap.data ?? []))).toBeCloseTo(1, 5);
  });
  it('is the map of explain with compat, but for the softmax', async () => {
    const bare = pooledLinear([[3, -4]], [0], [2, 3], { kind: 'raw', activation: null });
    for (const [compat, normalizeGradient] of [
      ['eli5', 'l2'],
      ['eli5-0.16', 'none'],
    ] as const) {
      const [plain] = await explain(bare, doc, { target: 0, compat });
      const { weights } = await gradcamBackend(bare, doc, { targets: [0], normalizeGradient });
      expect([...(plain?.weights ?? [])]).toEqual([...weights]);
    }
  });
  it('fades small gradients without the norm, and not with it', async () => {
    expect(await peak('l2')).toBeGreaterThan(0.99999);
    expect(await peak('none')).toBeLessThan(0.9);
  });
  it('makes a picture of the doc when it gets none', async () => {
    const grey = pooledLinear([[1], [0]], [0, 0], [1, 3]);
    const { image } = await explainPrediction(grey, tensor(Float32Array.of(-1, 0, 3), [1, 1, 1, 3]));
    expect([...(image?.data ?? [])]).toEqual([0, 0, 0, 255, 64, 64, 64, 255, 255, 255, 255, 255]);
  });
  it('works on zeros', async () => {
    const { targets } = await explainPrediction(model(), tensor(new Float32Array(12), [1, 2, 2, 3]));
    expect([...(targets[0]?.heatmap.data ?? [])]).toEqual(new Array(6).fill(0));
  });
  it('says what it does not support, and does not throw', async () => {
    const layers = model().layers.filter(({ kind }) => !/pool/i.test(kind));
    const { error, targets } = await explainPrediction({ ...model(), layers }, doc);
    expect(error).toMatch(/not supported.*pass `image`/);
    expect(targets).toEqual([]);
    await expect(showPrediction({ ...model(), layers }, doc)).rejects.toThrow(/not supported/);
    expect((await explainPrediction({ ...model(), layers }, doc, { image: picture })).error).toBe('');
  });
  it('refuses what is no image', async () => {
    const image = { width: 2, height: 2 } as Pixels;
    await expect(explainPrediction(model(), doc, { image })).rejects.toThrow(/the image is no picture/);
  });
});

describe('formatAsImage', () => {
  const { heat, width, height, overlays } = golden.eli5;
  const map = heatmap(Float32Array.from(heat), width, height);
  it.each(Object.entries(overlays))(
    'with an alpha limit of %s is that of matplotlib and Pillow, byte by byte',
    (limit, expected) => {
      const found = formatted(map, picture, { alphaLimit: Number(limit) });
      expect(difference(found.data, bytesOf(expected))).toBe(0);
    },
  );
  it('has no cap with null', () => {
    expect(difference(formatted(map, picture, { alphaLimit: null }).data, bytesOf(overlays['1'] ?? ''))).toBe(0);
  });
  it('is the image itself for a limit of 0, an empty map, and no targets', () => {
    expect(formatted(map, picture, { alphaLimit: 0 }).data).toEqual(picture.data);
    expect(formatted({ ...map, data: map.data.map(() => 0) }, picture).data).toEqual(picture.data);
    expect(formatAsImage({ image: picture, targets: [] }).data).toEqual(picture.data);
  });
  it('caps the alpha of each pixel', () => {
    const black = {
      data: Uint8ClampedArray.from(picture.data, (_, i) => (i % 4 === 3 ? 255 : 0)),
      width: 15,
      height: 13,
    };
    const one = heatmap(new Float32Array(6).fill(1), 3, 2);
    const [red] = formatted(one, black, { alphaLimit: 0.2, colormap: 'gray' }).data;
    expect(red).toBe(51);
  });
  it.each([
    ['no image', () => formatAsImage({ image: null, targets: [] }), /the image is no picture/],
    ['a heatmap beyond 1', () => formatted({ ...map, data: map.data.map(() => 1.1) }, picture), /outside of 0..1/],
    ['a heatmap below 0', () => formatted({ ...map, data: map.data.map(() => -0.1) }, picture), /outside of 0..1/],
    ['NaN', () => formatted({ ...map, data: map.data.map(() => NaN) }, picture), /outside of 0..1/],
    ['no array', () => formatted({ ...map, data: [1] as unknown as Float32Array }, picture), /heatmap is no array/],
    ['a limit beyond 1', () => formatted(map, picture, { alphaLimit: 1.1 }), /alphaLimit is 1.1/],
    ['a limit below 0', () => formatted(map, picture, { alphaLimit: -0.1 }), /alphaLimit is -0.1/],
    [
      'a limit that is a word',
      () => formatted(map, picture, { alphaLimit: '1' as unknown as number }),
      /alphaLimit is string/,
    ],
    [
      'two targets',
      () => formatAsImage({ image: picture, targets: [{}, {}] as never }),
      /2 targets; expected exactly one/,
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('heatmapToImage and expandHeatmap', () => {
  it('makes grey, RGB and RGBA', () => {
    const grey = eli5.heatmapToImage(tensor(Float32Array.of(0, 0.5, 1, 0.999), [2, 2]));
    expect([grey.width, grey.height, grey.data[4], grey.data[12]]).toEqual([2, 2, 127, 254]);
    expect([...eli5.heatmapToImage(tensor(Float32Array.of(0, 0.5, 1), [1, 1, 3])).data]).toEqual([0, 127, 255, 255]);
    expect([...eli5.heatmapToImage(tensor(Float32Array.of(0, 0.5, 1, 0.5), [1, 1, 4])).data]).toEqual([
      0, 127, 255, 127,
    ]);
  });
  it('takes the size of the image, larger or smaller', () => {
    const map = tensor(new Float32Array(400).fill(0.5), [20, 20]);
    const { width, height, data } = eli5.expandHeatmap(map, picture);
    expect([width, height, data[0]]).toEqual([15, 13, 127]);
  });
  it('refuses other dims, and no image', () => {
    expect(() => eli5.heatmapToImage(tensor(new Float32Array(4), [4]))).toThrow(/dims \[4\] is no picture/);
    expect(() => eli5.heatmapToImage(tensor(new Float32Array(4), [1, 2, 2]))).toThrow(/dims \[1,2,2\]/);
    expect(() => eli5.expandHeatmap(tensor(new Float32Array(4), [2, 2]), {} as Pixels)).toThrow(/no picture/);
  });
});

describe('showPrediction', () => {
  it('is explainPrediction and formatAsImage, pixel for pixel', async () => {
    const look = { alphaLimit: 0.5, colormap: 'magma', resamplingFilter: 'bicubic' } as const;
    const asked = { targets: [0], layer: 'features', image: picture } as const;
    const shown = await showPrediction(model(), doc, { ...asked, ...look });
    expect(shown).toEqual(formatAsImage(await explainPrediction(model(), doc, asked), look));
    expect(shown.data).not.toEqual(picture.data);
    expect(await showPrediction(model(), doc, asked)).toEqual(
      formatAsImage(await explainPrediction(model(), doc, asked)),
    );
  });
});
