import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain, fromOnnx, type Tensor } from '@gradcam/onnx';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { pair, single } from '../../../models/shapes/generator/scene.mjs';
import { lettering } from '../src/stroke-font.ts';
import { folder, gradcam } from './capture.ts';

const SIZE = 96;
const model = fileURLToPath(new URL('../../../models/shapes/model.onnx', import.meta.url));

function input(rgb: Uint8Array): Tensor {
  const area = SIZE * SIZE;
  const data = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) data[c * area + i] = ((rgb[3 * i + c] ?? 0) / 255 - 0.5) / 0.25;
  }
  return { data, dims: [1, 3, SIZE, SIZE] };
}

it('explains every sample scene for both of its classes', async () => {
  const cwd = folder();
  const { code, stdout, stderr } = await gradcam(cwd, ['demo']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const panels = [...stdout.matchAll(/out\/\S+\.png/g)].map(([path]) => path);
  expect(panels).toHaveLength(12);
  for (const path of panels) expect(existsSync(join(cwd, path))).toBe(true);
});

it('has letters for every caption, whatever fonts there are', async () => {
  const labels = JSON.parse(
    readFileSync(new URL('../../../models/shapes/labels.json', import.meta.url), 'utf8'),
  ) as string[];
  const letters = new Set(
    `${labels.join('')}the model says evidence for half of the peak 0123456789%:-+,.`.replaceAll(' ', ''),
  );
  for (const letter of letters) {
    const points = lettering(letter, 100, 100, 10).flat();
    expect([letter, points.length]).toEqual([letter, expect.toSatisfy((count: number) => count > 1)]);
    for (const [x, y] of points) expect(x >= 99 && x <= 116 && y >= 83 && y <= 106).toBe(true);
  }
  expect(lettering('ab', 0, 0, 10).length).toBe(lettering('a', 0, 0, 10).length + lettering('b', 0, 0, 10).length);
});

it('the bundled model is small and knows at least 97 % of unseen pictures', async () => {
  expect(readFileSync(model).length).toBeLessThan(600_000);
  const opened = await fromOnnx(new Uint8Array(readFileSync(model)), ort);
  let right = 0;
  for (let seed = 1_000_000; seed < 1_000_100; seed++) {
    const { rgb, label } = single(seed, SIZE);
    const { output } = await opened.run(input(rgb));
    if (output.data.indexOf(Math.max(...output.data)) === label) right++;
  }
  await opened.dispose();
  expect(right).toBeGreaterThanOrEqual(97);
});

it('the map of each of two objects lies nearer to its own', async () => {
  const opened = await fromOnnx(new Uint8Array(readFileSync(model)), ort);
  let right = 0;
  for (let seed = 2_000_000; seed < 2_000_020; seed++) {
    const { rgb, objects } = pair(seed, SIZE);
    for (const [index, { label }] of objects.entries()) {
      const [explanation] = await explain(opened, input(rgb), { target: label });
      const [height = 1, width = 1] = explanation?.map.dims ?? [];
      let [x, y, mass] = [0, 0, 0];
      explanation?.map.data.forEach((value, i) => {
        const positive = Math.max(0, value);
        x += (positive * ((i % width) + 0.5)) / width;
        y += (positive * (Math.floor(i / width) + 0.5)) / height;
        mass += positive;
      });
      const distance = (object: { x: number; y: number }): number =>
        Math.hypot(x / mass - object.x, y / mass - object.y);
      const [own, other] = [objects[index], objects[1 - index]];
      if (own && other && distance(own) < distance(other)) right++;
    }
  }
  await opened.dispose();
  expect(right).toBeGreaterThanOrEqual(38);
});
