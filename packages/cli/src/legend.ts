import { type Colour, conceptColour, type Pixels } from '@gradcam/core';
import sharp from 'sharp';
import { escaped } from './escaped.ts';

const SIZE = 18;
const LINE = 30;
const SWATCH = 20;
const MARGIN = 12;

const css = ([red, green, blue]: Colour): string => `rgb(${red},${green},${blue})`;

/** A picture with a line below for each concept, in its colour, as PNG. */
export async function withLegend({ data, width, height }: Pixels, lines: readonly string[]): Promise<Uint8Array> {
  const longest = Math.max(...lines.map((line) => line.length));
  const wide = Math.max(width, Math.ceil(2 * MARGIN + SWATCH + 8 + 0.6 * SIZE * longest));
  const rows = lines.map((line, i) => {
    const y = MARGIN + i * LINE;
    const swatch = `<rect x="${MARGIN}" y="${y}" width="${SWATCH}" height="${SWATCH}" fill="${css(conceptColour(i))}"/>`;
    return `${swatch}<text x="${MARGIN + SWATCH + 8}" y="${y + 16}">${escaped(line)}</text>`;
  });
  const below = 2 * MARGIN + lines.length * LINE;
  const svg = `<svg width="${wide}" height="${below}" font-family="sans-serif" font-size="${SIZE}" fill="#222">${rows.join('')}</svg>`;
  return sharp({ create: { width: wide, height: height + below, channels: 3, background: 'white' } })
    .composite([
      {
        input: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        raw: { width, height, channels: 4 },
        left: 0,
        top: 0,
      },
      { input: Buffer.from(svg), left: 0, top: height },
    ])
    .png({ compressionLevel: 9 })
    .toBuffer();
}
