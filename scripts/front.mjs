// Makes docs/front.png, the picture of the README, from two panels of `npm start`. Usage, after a build: node scripts/front.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'gradcam-front-'));
const { status } = spawnSync(process.execPath, [at('../packages/cli/dist/bin.js'), 'demo', '--out', out], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const panels = ['flower', 'heart'].map((label) => join(out, `flower-and-heart.${label}.png`));
const { width, height } = await sharp(panels[0]).metadata();
const stacked = sharp({ create: { width, height: panels.length * height, channels: 3, background: 'white' } });
await stacked
  .composite(panels.map((input, i) => ({ input, left: 0, top: i * height })))
  .png({ palette: true, colours: 256, compressionLevel: 9 })
  .toFile(at('../docs/front.png'));
rmSync(out, { recursive: true });
