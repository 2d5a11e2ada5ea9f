// Draws the sample scenes: two objects each, a picture and one mask per object. Usage: node scenes.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { pair } from './generator/scene.mjs';
import { labels } from './generator/shapes.mjs';

const SIZE = 384;
/** Seeds above a million are never trained on; these were picked by eye. */
const SEEDS = [2000003, 2000006, 2000007, 2000011, 2000014, 2000030];

const folder = new URL('scenes/', import.meta.url);
mkdirSync(folder, { recursive: true });
const scenes = [];
for (const seed of SEEDS) {
  const scene = pair(seed, SIZE);
  const names = scene.labels.map((label) => labels[label]);
  const file = `${names.join('-and-')}.png`;
  const raw = (channels) => ({ raw: { width: SIZE, height: SIZE, channels } });
  await sharp(scene.rgb, raw(3)).png({ compressionLevel: 9 }).toFile(new URL(file, folder).pathname);
  const objects = [];
  for (const [index, name] of names.entries()) {
    const mask = `${names.join('-and-')}.${name}.mask.png`;
    await sharp(scene.masks[index], raw(1)).png({ palette: true, colours: 2 }).toFile(new URL(mask, folder).pathname);
    objects.push({ label: name, mask });
  }
  scenes.push({ file, seed, objects });
}
writeFileSync(new URL('scenes.json', folder), `${JSON.stringify(scenes, null, 2)}\n`);
