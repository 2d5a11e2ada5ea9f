import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder } from './capture.ts';

export const shapes = (name: string): string =>
  fileURLToPath(new URL(`../../../models/shapes/${name}`, import.meta.url));

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  dtype: string;
  quantization?: object;
}

/** A model.json, as far as tests change it. */
export interface ModelJson {
  format?: string;
  modelTopology?: unknown;
  userDefinedMetadata?: object;
  weightsManifest: { paths: string[]; weights: Spec[] }[];
}

/** A folder with the LayersModel of models/shapes, its model.json changed. */
export function changed(change: (json: ModelJson, weights: Buffer) => void): string {
  const cwd = folder();
  const weights = readFileSync(shapes('tfjs/weights.bin'));
  const json = JSON.parse(readFileSync(shapes('tfjs/model.json'), 'utf8')) as ModelJson;
  copyFileSync(shapes('tfjs/weights.bin'), join(cwd, 'weights.bin'));
  copyFileSync(shapes('scenes/fish-and-star.png'), join(cwd, 'scene.png'));
  change(json, weights);
  writeFileSync(join(cwd, 'model.json'), JSON.stringify(json));
  return cwd;
}

/** Weights as tensorflowjs_converter quantises them, and what they are worth afterwards. */
export function quantised(
  json: ModelJson,
  weights: Buffer,
  dtype: 'uint8' | 'uint16',
): { readonly stored: Buffer; readonly worth: Buffer } {
  const Stored = dtype === 'uint8' ? Uint8Array : Uint16Array;
  const largest = dtype === 'uint8' ? 255 : 65535;
  const floats = new Float32Array(new Uint8Array(weights).buffer);
  const worth = new Float32Array(floats.length);
  const parts: Buffer[] = [];
  let at = 0;
  for (const spec of json.weightsManifest[0]?.weights ?? []) {
    const values = floats.subarray(at, at + spec.shape.reduce((a, b) => a * b, 1));
    const min = Math.min(...values);
    const scale = (Math.max(...values) - min) / largest;
    const steps = new Stored(Array.from(values, (value) => Math.round((value - min) / scale)));
    worth.set(
      Array.from(steps, (step) => step * scale + min),
      at,
    );
    spec.quantization = { dtype, scale, min, original_dtype: 'float32' };
    parts.push(Buffer.from(steps.buffer));
    at += values.length;
  }
  return { stored: Buffer.concat(parts), worth: Buffer.from(worth.buffer) };
}
