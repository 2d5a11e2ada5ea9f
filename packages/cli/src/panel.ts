import type { Heatmap } from '@gradcam/core';
import sharp from 'sharp';
import { laidOver } from './heat.ts';
import type { Pixels } from './picture-file.ts';

const GAP = 12;
const CAPTION = 40;

/** The map alone, over black. */
function mapAlone(heatmap: Heatmap): Pixels {
  const black = new Uint8ClampedArray(heatmap.width * heatmap.height * 4);
  for (let i = 3; i < black.length; i += 4) black[i] = 255;
  return laidOver({ data: black, width: heatmap.width, height: heatmap.height }, heatmap);
}

/** Picture, map and overlay side by side over a caption, as PNG. */
export async function panel(picture: Pixels, heatmap: Heatmap, caption: string): Promise<Uint8Array> {
  const { width, height } = picture;
  const parts = [picture, mapAlone(heatmap), laidOver(picture, heatmap)];
  const wide = 3 * width + 4 * GAP;
  const escaped = caption.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const text = `<svg width="${wide}" height="${CAPTION}"><text x="${GAP}" y="25" font-family="sans-serif" font-size="22" fill="#222">${escaped}</text></svg>`;
  return sharp({ create: { width: wide, height: height + GAP + CAPTION, channels: 3, background: 'white' } })
    .composite([
      ...parts.map(({ data }, i) => ({
        input: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        raw: { width, height, channels: 4 as const },
        left: GAP + i * (width + GAP),
        top: GAP,
      })),
      { input: Buffer.from(text), left: 0, top: height + GAP },
    ])
    .png()
    .toBuffer();
}
