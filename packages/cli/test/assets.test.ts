import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missing, pathOf, skipped } from '../../onnx/test/assets.ts';
import { readNpy } from '../src/npy.ts';
import { folder, gradcam } from './capture.ts';

const out = process.env['GRADCAM_OUT'];

interface Case {
  readonly model: string;
  readonly preprocess: string;
  readonly labels?: string;
  readonly photo: string;
  /** The layer that must be chosen. */
  readonly layer: { readonly name?: string; readonly dims: readonly number[] };
  /**
   * The best class, and its probability as SOURCE.txt has it, measured there on what sharp had resized: to 3 digits where nothing is
   * resized, to 2 where a PNG is, left out for MobileNetV1 at 128 pixels, where sharp's shrinking while it decodes a JPEG moved .66 to .74.
   */
  readonly best: object;
}

const names = 'labels/imagenet-1001-background-first.txt';
const v1 = 'MobilenetV1/MobilenetV1/Conv2d_13_pointwise/Relu6';
const macaw = expect.stringContaining('macaw') as string;
const parrot = { photo: 'parrot.jpg', best: { label: macaw } };

const models: readonly Case[] = [
  {
    model: 'darknet-tiny-224-both-formats/model.onnx',
    preprocess: 'unit',
    labels: 'darknet-tiny-224-both-formats/labels-darknet-order.json',
    photo: 'catdog.png',
    layer: { name: 'leaky_re_lu_15', dims: [128, 14, 14] },
    best: { label: 'bull mastiff', score: expect.closeTo(14.745, 3) as number },
  },
  {
    model: 'mobilenet-v2-100-224-all-formats/model-fp32.onnx',
    preprocess: 'signed',
    labels: names,
    photo: 'catdog.png',
    layer: { name: 'MobilenetV2/Conv_1/Relu6/relu6', dims: [1280, 7, 7] },
    best: { label: 'bull mastiff', probability: expect.closeTo(0.826, 3) as number },
  },
  {
    model: 'mobilenet-v2-100-224-all-formats/model-qdq.onnx',
    preprocess: 'signed',
    labels: names,
    photo: 'catdog.png',
    layer: { name: 'MobilenetV2/Conv_1/Relu6/dq', dims: [1280, 7, 7] },
    best: { label: 'bull mastiff', probability: expect.closeTo(0.767, 3) as number },
  },
  {
    model: 'mobilenet-v1-025-128-all-formats/model-fp32.onnx',
    preprocess: 'signed',
    labels: names,
    ...parrot,
    layer: { name: `${v1}/relu6`, dims: [256, 4, 4] },
  },
  {
    model: 'mobilenet-v1-025-128-all-formats/model-qdq.onnx',
    preprocess: 'signed',
    labels: names,
    ...parrot,
    layer: { name: `${v1}/dq`, dims: [256, 4, 4] },
  },
  {
    model: 'squeezenet-v1-0-both-formats/model.onnx',
    preprocess: 'caffe',
    labels: 'labels/synset.txt',
    ...parrot,
    layer: { name: 'fire9_concat', dims: [512, 13, 13] },
  },
  {
    model: 'cifar10-resnet8-both-formats/model.onnx',
    preprocess: 'raw',
    photo: 'horses.jpg',
    layer: { dims: [64, 8, 8] },
    best: {},
  },
  {
    model: 'vww-mobilenet-v1-96-both-formats/model.onnx',
    preprocess: 'unit',
    photo: 'chelsea-cat.png',
    layer: { name: 'activation_26/relu', dims: [256, 3, 3] },
    best: { index: 0, probability: expect.closeTo(0.987, 2) as number },
  },
  {
    model: 'emotion-mini-xception-both-formats/model.onnx',
    preprocess: 'signed',
    photo: 'cat-grey.jpg',
    layer: { dims: [128, 4, 4] },
    best: {},
  },
  {
    model: 'tiny-vgg-64-both-formats/model.onnx',
    preprocess: 'unit',
    photo: 'coffee.png',
    layer: { dims: [10, 13, 13] },
    best: {},
  },
  { model: 'mnist-cntk/model.onnx', preprocess: 'raw', photo: 'rocket.jpg', layer: { dims: [16, 4, 4] }, best: {} },
  {
    model: 'mobilenet-v2-100-224-all-formats/tfjs-graph-u8/model.json',
    preprocess: 'signed',
    labels: names,
    photo: 'catdog.png',
    layer: { name: 'MobilenetV2/Conv_1/Relu6/Relu6', dims: [1280, 7, 7] },
    best: { label: 'bull mastiff', probability: expect.closeTo(0.826, 3) as number },
  },
  {
    model: 'mobilenet-v2-100-224-all-formats/tfjs-layers-u8/model.json',
    preprocess: 'signed',
    labels: names,
    photo: 'catdog.png',
    layer: { name: 'MobilenetV2_Conv_1_Relu6_relu6', dims: [1280, 7, 7] },
    best: { label: 'bull mastiff', probability: expect.closeTo(0.826, 3) as number },
  },
  {
    model: 'mobilenet-v1-025-128-all-formats/tfjs-graph-u8/model.json',
    preprocess: 'signed',
    labels: names,
    ...parrot,
    layer: { name: `${v1}/Relu6`, dims: [256, 4, 4] },
  },
  {
    model: 'mobilenet-v1-025-128-all-formats/tfjs-layers-u8/model.json',
    preprocess: 'signed',
    labels: names,
    ...parrot,
    layer: { dims: [256, 4, 4] },
  },
  {
    model: 'squeezenet-v1-0-both-formats/tfjs-layers/model.json',
    preprocess: 'caffe',
    labels: 'labels/synset.txt',
    ...parrot,
    layer: { name: 'fire9_concat', dims: [512, 13, 13] },
  },
  {
    model: 'darknet-tiny-224-both-formats/tfjs-layers/model.json',
    preprocess: 'unit',
    labels: 'darknet-tiny-224-both-formats/labels-darknet-order.json',
    photo: 'catdog.png',
    layer: { name: 'leaky_re_lu_15', dims: [128, 14, 14] },
    best: { label: 'bull mastiff', score: expect.closeTo(14.745, 3) as number },
  },
  {
    model: 'cifar10-resnet8-both-formats/tfjs-layers/model.json',
    preprocess: 'raw',
    photo: 'horses.jpg',
    layer: { dims: [64, 8, 8] },
    best: {},
  },
  {
    model: 'vww-mobilenet-v1-96-both-formats/tfjs-layers/model.json',
    preprocess: 'unit',
    photo: 'chelsea-cat.png',
    layer: { name: 'activation_26', dims: [256, 3, 3] },
    best: { index: 0, probability: expect.closeTo(0.987, 2) as number },
  },
  {
    model: 'emotion-mini-xception-both-formats/tfjs-layers/model.json',
    preprocess: 'signed',
    photo: 'cat-grey.jpg',
    layer: { name: 'add_4', dims: [128, 4, 4] },
    best: {},
  },
  {
    model: 'tiny-vgg-64-both-formats/tfjs-layers/model.json',
    preprocess: 'unit',
    photo: 'coffee.png',
    layer: { name: 'max_pool_2', dims: [10, 13, 13] },
    best: {},
  },
];

describe.skipIf(missing)(`the models of others${skipped}`, () => {
  it.each(models)('$model', async ({ model, preprocess, labels, photo, layer, best }) => {
    const argv = ['explain', pathOf(model), pathOf(`photos/${photo}`), '--preprocess', preprocess, '--json', '-'];
    if (labels) argv.push('--labels', pathOf(labels));
    if (out) argv.push('--out', join(out, `${model.replaceAll('/', '_')}.png`));
    const done = await gradcam(folder(), argv);
    expect(done).toMatchObject({ code: 0 });
    const seen = JSON.parse(done.stdout) as { predictions: object[]; map: { data: number[] } };
    expect(seen).toMatchObject({ layer, warnings: [] });
    expect(seen.predictions[0]).toMatchObject(best);
    expect(Math.max(...seen.map.data)).toBeGreaterThan(0);
  });
});

describe.skipIf(missing)(`a Teachable Machine export${skipped}`, () => {
  it('is a nested model, explained with its own labels and preprocessing', async () => {
    const model = pathOf('teachable-machine-image/tfjs-layers/model.json');
    const done = await gradcam(folder(), ['explain', model, pathOf('photos/cat-on-rug.jpg'), '--json', '-']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(done.stdout)).toMatchObject({
      backend: 'tfjs (wasm)',
      layer: { name: 'sequential_2/mobilenetv2_0.35_224/out_relu', dims: [1280, 7, 7] },
      predictions: [{ label: 'Class 2' }, { label: 'Class 1' }],
      preprocess: { width: 224, height: 224, fit: 'cover', colours: 'rgb', scale: 1 / 127, mean: [1], std: [1] },
      warnings: [],
    });
  });
});

describe.skipIf(missing)(`a cat and a dog in one picture${skipped}`, () => {
  // Boxes of photos/SOURCE.txt, x0 y0 x1 y1; the shares that a prototype measured, .02 around them.
  const dog = [77, 13, 165, 149] as const;
  const cat = [47, 123, 187, 220] as const;
  it.each([
    ['bull mastiff', dog, 0.77, 0.87],
    ['boxer', dog, 0.77, 0.87],
    ['tiger cat', cat, 0.59, 0.68],
  ])('%s is where it is', async (target, [x0, y0, x1, y1], least, most) => {
    const cwd = folder();
    const darknet = pathOf('darknet-tiny-224-both-formats');
    const argv = [
      'explain',
      join(darknet, 'model.onnx'),
      pathOf('photos/catdog.png'),
      '--labels',
      join(darknet, 'labels-darknet-order.json'),
    ];
    const done = await gradcam(cwd, [...argv, '--preprocess', 'unit', '--target', target, '--npy', 'arrays']);
    expect(done).toMatchObject({ code: 0 });
    const { data, dims } = readNpy(readFileSync(join(cwd, 'arrays/catdog/heatmap.npy')), 'heatmap.npy');
    expect(dims).toEqual([224, 224]);
    let [inside, all] = [0, 0];
    data.forEach((value, i) => {
      const [x, y] = [(i % 224) + 0.5, Math.floor(i / 224) + 0.5];
      all += value;
      if (x >= x0 && x < x1 && y >= y0 && y < y1) inside += value;
    });
    const share = inside / all;
    expect(share).toBeGreaterThan(least);
    expect(share).toBeLessThan(most);
  });
});
