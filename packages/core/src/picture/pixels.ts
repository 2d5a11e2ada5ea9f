import { GradcamError } from '../errors.ts';
import { checkSize } from '../map/heatmap.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture as a canvas holds it: row-major 8-bit RGBA, alpha not multiplied in. An `ImageData` is one. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** @throws GradcamError `bad-picture` when the bytes are not width * height * 4, `bad-option` when the size is none */
export function checkPixels({ data, width, height }: Pixels): void {
  checkSize(width, height, 'a picture');
  if (data.length !== 4 * width * height) {
    throw new GradcamError(
      'bad-picture',
      `the picture holds ${data.length} bytes, but ${width} x ${height} wants ${4 * width * height}; expected RGBA, four bytes a pixel`,
    );
  }
}
