import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Explanation,
  explain,
  fromOnnx,
  heatmapOf,
  methodNamed,
  normalise,
  overlay,
  type Pixels,
  preprocess,
  preprocessFor,
  type Tensor,
} from '@gradcam/onnx';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';

export const shapes = (path: string): string =>
  fileURLToPath(new URL(`../../../models/shapes/${path}`, import.meta.url));
const labels = JSON.parse(readFileSync(shapes('labels.json'), 'utf8')) as readonly string[];

/** What `explain()` finds on Node for a scene of the sample model: by another decoder and another runtime than the page's. */
export async function expected(scene: string, label: string, method = 'grad-cam'): Promise<Explanation> {
  const model = await fromOnnx(readFileSync(shapes('model.onnx')), ort);
  const [port] = model.inputs;
  if (!port) throw new Error('the sample model has no input');
  const pixels = await pixelsOf(shapes(`scenes/${scene}.png`));
  const settings = preprocessFor(port, JSON.parse(model.metadata.get('preprocess') ?? '') as object);
  const { tensor } = preprocess(pixels, settings);
  const options = { target: labels.indexOf(label), method: methodNamed(method) };
  const [explanation] = await explain(model, tensor, options);
  await model.dispose();
  if (!explanation) throw new Error('nothing was explained');
  return explanation;
}

/** A picture file, by another decoder than the page's. */
export async function pixelsOf(file: string): Promise<Pixels> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The picture that the page is to show: in turbo, with a line at half. */
export async function expectedPicture(scene: string, { map }: Explanation): Promise<Pixels> {
  return overlay(await pixelsOf(shapes(`scenes/${scene}.png`)), normalise(heatmapOf(map)), { contours: [0.5] });
}

/** The largest difference of two maps, of the largest value. */
export function apart(a: Tensor, b: Tensor): number {
  if (a.dims.join() !== b.dims.join()) return Infinity;
  const largest = b.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return b.data.reduce((max, value, i) => Math.max(max, Math.abs(value - (a.data[i] ?? Number.NaN))), 0) / largest;
}
