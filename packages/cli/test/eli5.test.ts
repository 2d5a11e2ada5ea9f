import { readFileSync } from 'node:fs';
import { eli5, type Frame, preprocess, preprocessFor } from '@gradcam/core';
import { fromOnnx } from '@gradcam/onnx';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { missing, pathOf, skipped } from '../../onnx/test/assets.ts';
import { readPicture } from '../src/picture-file.ts';

const file = (path: string) => ({ path: pathOf(path), shown: path });
const SIDE = 224;

/** x0, y0, x1, y1 in pixels of the photo. */
type Box = readonly [number, number, number, number];

/** The share of the heatmap's brightness in a box, the heatmap as an 8-bit picture of the model's input: eli5's own measure. */
async function shareIn(
  photo: string,
  box: Box,
  options: Pick<eli5.BackendOptions, 'targets' | 'score'>,
): Promise<number> {
  const image = await readPicture(file(`photos/${photo}`));
  const bytes = readFileSync(file('mobilenet-v2-100-224-all-formats/model-fp32.onnx').path);
  const model = await fromOnnx(new Uint8Array(bytes), ort);
  const [port] = model.inputs;
  if (!port) throw new Error('no input');
  const { tensor, frame } = preprocess(image, preprocessFor(port, 'signed'));
  const { targets, layer } = await eli5.explainPrediction(model, tensor, { ...options, image });
  await model.dispose();
  expect(layer).toBe('MobilenetV2/Conv_1/Relu6/relu6');
  const { data, width, height } = targets[0]?.heatmap ?? { data: new Float32Array(), width: 0, height: 0 };
  const seen = { data: new Uint8Array(4 * SIDE * SIDE), width: SIDE, height: SIDE };
  return brightnessIn(eli5.expandHeatmap({ data, dims: [height, width] }, seen).data, box, frame);
}

function brightnessIn(levels: ArrayLike<number>, [x0, y0, x1, y1]: Box, frame: Frame): number {
  let [inside, all] = [0, 0];
  for (let i = 0; i < SIDE * SIDE; i++) {
    const x = frame.x + (((i % SIDE) + 0.5) * frame.width) / SIDE;
    const y = frame.y + ((Math.floor(i / SIDE) + 0.5) * frame.height) / SIDE;
    const level = levels[4 * i] ?? 0;
    all += level;
    if (x >= x0 && x < x1 && y >= y0 && y < y1) inside += level;
  }
  return inside / all;
}

describe.skipIf(missing)(`the cat and dog of eli5's tests, MobileNetV2${skipped}`, () => {
  // Its own test: the predicted class is a dog's, class 282 a tabby's, with the boxes that it states.
  it.each([
    ['the predicted dog', null, [54, 2, 170, 100]],
    ['tabby', [282], [44, 130, 180, 212]],
  ] as const)('%s, by its own boxes', async (_name, targets, box) => {
    expect(await shareIn('catdog.png', box, { targets })).toBeGreaterThan(0.5);
  });
  // Boxes of photos/SOURCE.txt. By logits: behind the softmax, boxer is one dog against another.
  it.each([
    ['boxer', 243, [220, 24, 484, 321]],
    ['tabby', 282, [140, 260, 540, 481]],
  ] as const)('%s, by the boxes of a detector', async (_name, target, box) => {
    const share = await shareIn('catdog-640x480.jpg', box, { targets: [target], score: 'logit' });
    expect(share).toBeGreaterThan(0.5);
  });
});
