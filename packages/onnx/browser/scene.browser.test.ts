import { expect, test } from 'vitest';
import type { Painted, Scene } from './scene.ts';

const files = {
  model: new URL('../../../models/shapes/model.onnx', import.meta.url),
  picture: new URL('../../../models/shapes/scenes/fish-and-star.png', import.meta.url),
  star: new URL('../../../models/shapes/scenes/fish-and-star.star.mask.png', import.meta.url),
  fish: new URL('../../../models/shapes/scenes/fish-and-star.fish.mask.png', import.meta.url),
};

async function pixelsOf(url: URL): Promise<ImageData> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** Where the pictures differ, the share of the difference that lies where the mask is white. */
function changeWithin(before: ImageData, after: Painted['painted'], mask: ImageData): number {
  let [inside, all] = [0, 0];
  for (let i = 0; i < before.data.length; i++) {
    const change = Math.abs((after?.data[i] ?? 0) - (before.data[i] ?? 0));
    all += change;
    if ((mask.data[i - (i % 4)] ?? 0) > 127) inside += change;
  }
  return inside / all;
}

test('explains the bundled model inside a Web Worker, from a canvas to a painted picture', async () => {
  const picture = await pixelsOf(files.picture);
  const bytes = new Uint8Array(await (await fetch(files.model)).arrayBuffer());
  const worker = new Worker(new URL('./scene.ts', import.meta.url), { type: 'module' });
  const paintedFor = (target: number): Promise<Painted> =>
    new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Painted>) => resolve(data), { once: true });
      worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
      worker.postMessage({ bytes, picture, target } satisfies Scene);
    });
  const masks = {
    star: await pixelsOf(files.star),
    fish: await pixelsOf(files.fish),
  };
  // Star is class 0, fish class 4. Each paints its own object: the other's is left as it was.
  for (const [target, own, other] of [
    [0, masks.star, masks.fish],
    [4, masks.fish, masks.star],
  ] as const) {
    const { painted, probability, error } = await paintedFor(target);
    expect(error).toBeUndefined();
    expect(probability).toBeGreaterThan(0.1);
    expect([painted?.width, painted?.height]).toEqual([picture.width, picture.height]);
    expect(changeWithin(picture, painted, own)).toBeGreaterThan(0.25);
    expect(changeWithin(picture, painted, other)).toBeLessThan(0.05);
  }
  worker.terminate();
});
