import { readFile } from 'node:fs/promises';
import { GradcamError, type Pixels } from '@gradcam/core';
import sharp from 'sharp';
import { fileReason, oneLine } from './exit.ts';
import type { InputFile } from './input-files.ts';

/** More would need gigabytes once decoded. */
const MAX_PIXELS = 100_000_000;

/**
 * A picture as a person sees it: turned as its EXIF data says, in sRGB, 8 bits, transparency over white.
 * @throws GradcamError `bad-picture`
 */
export async function readPicture(file: InputFile): Promise<Pixels> {
  const bytes = await readFile(file.path).catch((error: unknown) => {
    throw new GradcamError('bad-picture', `cannot read ${file.shown}: ${fileReason(error)}; give a readable picture`);
  });
  try {
    const { data, info } = await sharp(bytes, { failOn: 'truncated', limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const rgba = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
    return { data: rgba, width: info.width, height: info.height };
  } catch (error) {
    throw new GradcamError('bad-picture', `${file.shown} ${complaint(bytes, oneLine(error))}`, { cause: error });
  }
}

function complaint(bytes: Uint8Array, words: string): string {
  if (bytes.length === 0) return 'is empty; expected a picture';
  if (/pixel limit/i.test(words)) return `has more than ${MAX_PIXELS / 1e6} million pixels; make it smaller first`;
  if (/unsupported image format/i.test(words)) {
    return 'is not a picture that can be read; expected JPEG, PNG, WebP, GIF, AVIF or TIFF: convert it, for instance to PNG';
  }
  return `is damaged or cut off (${words}); expected a whole picture: save or download it again`;
}

/** @param path its ending says the format: .png, .jpg, .jpeg or .webp */
export async function encodePicture({ data, width, height }: Pixels, path: string): Promise<Uint8Array> {
  const picture = sharp(data, { raw: { width, height, channels: 4 } });
  if (/\.jpe?g$/i.test(path)) return picture.flatten().jpeg({ quality: 92 }).toBuffer();
  return /\.webp$/i.test(path) ? picture.webp({ quality: 92 }).toBuffer() : picture.png().toBuffer();
}
