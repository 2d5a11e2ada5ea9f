import { explain, type Model, type Tensor, xoshiro128 } from '@gradcam/core';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { correlation, relativeError } from '../../conformance/src/laws/compare.ts';
import { missing, pathOf } from '../../onnx/test/assets.ts';
import { openModel } from '../src/model-file.ts';

interface Pair {
  readonly folder: string;
  readonly onnx: string;
  readonly tfjs: string;
  /** The corresponding layers, which are also what the automatic choice takes. */
  readonly layers: readonly [onnx: string, tfjs: string];
  /** What the model wants: pixels times `scale` plus `shift`. */
  readonly scale: number;
  readonly shift: number;
}

const v1 = 'MobilenetV1/MobilenetV1/Conv2d_13_pointwise/Relu6';
const v2 = 'MobilenetV2/Conv_1/Relu6';
const signed = { scale: 1 / 127.5, shift: -1 };
const unit = { scale: 1 / 255, shift: 0 };
const mobilenet1 = { folder: 'mobilenet-v1-025-128-all-formats', ...signed };
const mobilenet2 = { folder: 'mobilenet-v2-100-224-all-formats', ...signed };
const same = { onnx: 'model.onnx', tfjs: 'tfjs-layers' };

const equal: readonly Pair[] = [
  {
    ...mobilenet2,
    onnx: 'model-fp32.onnx',
    tfjs: 'tfjs-layers-u8',
    layers: [`${v2}/relu6`, 'MobilenetV2_Conv_1_Relu6_relu6'],
  },
  { ...mobilenet2, onnx: 'model-fp32.onnx', tfjs: 'tfjs-graph-u8', layers: [`${v2}/relu6`, `${v2}/Relu6`] },
  {
    ...mobilenet1,
    onnx: 'model-fp32.onnx',
    tfjs: 'tfjs-layers-u8',
    layers: [`${v1}/relu6`, 'MobilenetV1_MobilenetV1_Conv2d_13_pointwise_Relu6_relu6'],
  },
  { ...mobilenet1, onnx: 'model-fp32.onnx', tfjs: 'tfjs-graph-u8', layers: [`${v1}/relu6`, `${v1}/Relu6`] },
  { folder: 'squeezenet-v1-0-both-formats', ...same, layers: ['fire9_concat', 'fire9_concat'], scale: 1, shift: -117 },
  { folder: 'darknet-tiny-224-both-formats', ...same, layers: ['leaky_re_lu_15', 'leaky_re_lu_15'], ...unit },
  {
    folder: 'cifar10-resnet8-both-formats',
    ...same,
    layers: ['activation_6/relu', 'activation_6'],
    scale: 1,
    shift: 0,
  },
  { folder: 'vww-mobilenet-v1-96-both-formats', ...same, layers: ['activation_26/relu', 'activation_26'], ...unit },
  { folder: 'emotion-mini-xception-both-formats', ...same, layers: ['add_4', 'add_4'], ...signed },
  { folder: 'tiny-vgg-64-both-formats', ...same, layers: ['max_pool_2', 'max_pool_2'], ...unit },
];

const quantised: readonly Pair[] = [
  { ...mobilenet2, onnx: 'model-qdq.onnx', tfjs: 'tfjs-graph-u8', layers: [`${v2}/dq`, `${v2}/Relu6`] },
  { ...mobilenet1, onnx: 'model-qdq.onnx', tfjs: 'tfjs-graph-u8', layers: [`${v1}/dq`, `${v1}/Relu6`] },
];

/** The cat, in the size and with the channels that the model takes. */
async function photo(model: Model, { scale, shift }: Pair): Promise<Tensor> {
  const [, channels = 3, height = 0, width = 0] = (model.inputs[0]?.dims ?? []).map((dim) => dim ?? 1);
  const picture = sharp(pathOf('photos/chelsea-cat.png')).resize(width, height, { fit: 'fill' }).removeAlpha();
  const { data } = await (channels === 1 ? picture.greyscale() : picture).raw().toBuffer({ resolveWithObject: true });
  const cells = height * width;
  const values = new Float32Array(channels * cells);
  for (let channel = 0; channel < channels; channel++) {
    for (let cell = 0; cell < cells; cell++)
      values[channel * cells + cell] = (data[cell * channels + channel] as number) * scale + shift;
  }
  return { data: values, dims: [1, channels, height, width] };
}

function noise(dims: readonly number[], { scale, shift }: Pair): Tensor {
  const random = xoshiro128(1);
  const length = dims.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length }, () => 255 * random.uniform() * scale + shift), dims };
}

async function both<T>(pair: Pair, run: (onnx: Model, tfjs: Model) => Promise<T>): Promise<T> {
  const at = (name: string) => ({ shown: name, path: pathOf(`${pair.folder}/${name}`) });
  const onnx = await openModel(at(pair.onnx), 'node');
  const tfjs = await openModel(at(`${pair.tfjs}/model.json`), 'wasm');
  try {
    return await run(onnx.model, tfjs.model);
  } finally {
    await onnx.close();
    await tfjs.close();
  }
}

/** The raw maps of both at the corresponding layer, for the top class and for one other. */
async function maps(pair: Pair): Promise<readonly (readonly [onnx: Float32Array, tfjs: Float32Array])[]> {
  return both(pair, async (onnx, tfjs) => {
    const x = await photo(onnx, pair);
    const [first] = await explain(onnx, x);
    const [second] = await explain(tfjs, x);
    expect([first?.layer.name, second?.layer.name]).toEqual(pair.layers);
    expect(second?.target.index).toBe(first?.target.index);
    const other = (first?.predictions[1]?.index ?? 0) as number;
    const [third] = await explain(onnx, x, { target: other, layer: pair.layers[0] });
    const [fourth] = await explain(tfjs, x, { target: other, layer: pair.layers[1] });
    const map = (explanation: typeof first): Float32Array => explanation?.map.data ?? new Float32Array();
    return [
      [map(first), map(second)],
      [map(third), map(fourth)],
    ];
  });
}

describe('the same weights in two formats', () => {
  test.for(equal)('$folder, $tfjs: the maps are those of the ONNX file', async (pair, { skip }) => {
    if (missing) return skip(missing);
    for (const [onnx, tfjs] of await maps(pair)) {
      expect(onnx.some((value) => value !== 0)).toBe(true);
      expect(relativeError(tfjs, onnx)).toBeLessThan(1e-4);
    }
  });

  const small = equal.filter(({ folder }) => /resnet8|vww|xception|vgg/.test(folder));
  test.for(small)('$folder: the whole way to the input, exact and guided', async (pair, { skip }) => {
    if (missing) return skip(missing);
    await both(pair, async (onnx, tfjs) => {
      // noise: on the photo a cell of ResNet-8's activation_1 is 0 in one format and 2e-8 in the other, and so is its gradient
      const x = noise((await photo(onnx, pair)).dims, pair);
      for (const rule of ['exact', 'guided'] as const) {
        const [a, b] = await Promise.all(
          [onnx, tfjs].map(async (model) => {
            const layer = model.layers[0]?.name ?? '';
            const pass = await model.run(x, { layers: [layer], seed: 'top', rule });
            return pass.gradients.get(layer)?.data ?? new Float32Array();
          }),
        );
        if (!a || !b) throw new Error('no gradient came');
        expect(relativeError(b, a), rule).toBeLessThan(1e-5);
      }
    });
  });

  test.for(quantised)('$folder: the quantised file and the graph with u8 weights agree', async (pair, { skip }) => {
    if (missing) return skip(missing);
    for (const [onnx, tfjs] of await maps(pair)) expect(correlation(onnx, tfjs)).toBeGreaterThanOrEqual(0.95);
  });
});
