import { GradcamError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

/** One class-activation map: row-major float32, raw and signed or normalised. Cell (x, y) covers [x, x+1) x [y, y+1). */
export interface Heatmap {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Largest map or picture that is made, in cells or pixels: more would exhaust a browser tab's memory. */
export const MAX_PIXELS = 100_000_000;

/** @throws GradcamError `bad-option` unless both sides are whole, at least 1, and the area at most `MAX_PIXELS` */
export function checkSize(width: number, height: number, what: string): void {
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
    throw new GradcamError('bad-option', `${what} of ${width} x ${height} is not a size; give whole numbers >= 1`);
  }
  if (width * height > MAX_PIXELS) {
    throw new GradcamError(
      'bad-option',
      `${what} of ${width} x ${height} has ${width * height} pixels, more than ${MAX_PIXELS}; give a smaller size`,
    );
  }
}

/**
 * Values and size as one map; nothing is copied.
 * @throws GradcamError `bad-input` when the number of values is not width * height, `bad-option` when the size is none
 */
export function heatmap(data: Float32Array, width: number, height: number): Heatmap {
  checkSize(width, height, 'a map');
  if (data.length !== width * height) {
    throw new GradcamError(
      'bad-input',
      `the map holds ${data.length} values, but ${width} x ${height} wants ${width * height}; give the size it was made with`,
    );
  }
  return { data, width, height };
}

/**
 * The map of one sample: `tensor` is [H, W], [N, H, W] or [N, 1, H, W]. The values are shared, not copied.
 * @throws GradcamError `bad-input` for any other shape, or a sample that is not there
 */
export function heatmapOf(tensor: Tensor, sample = 0): Heatmap {
  const [height, width] = tensor.dims.slice(-2);
  const leading = tensor.dims.slice(0, -2);
  if (height === undefined || width === undefined || leading.length > 2 || (leading[1] ?? 1) !== 1) {
    throw new GradcamError(
      'bad-input',
      `a tensor of dims [${tensor.dims}] is not a map; expected [H, W], [N, H, W] or [N, 1, H, W]`,
    );
  }
  const samples = leading[0] ?? 1;
  if (!Number.isInteger(sample) || sample < 0 || sample >= samples) {
    throw new GradcamError('bad-input', `there is no sample ${sample}; the tensor [${tensor.dims}] holds ${samples}`);
  }
  const area = width * height;
  return heatmap(tensor.data.subarray(sample * area, (sample + 1) * area), width, height);
}

/** @throws GradcamError `bad-input` naming how many values are not finite and where the first one is */
export function checkFinite(map: Heatmap): void {
  const first = map.data.findIndex((value) => !Number.isFinite(value));
  if (first === -1) return;
  const count = map.data.reduce((sum, value) => (Number.isFinite(value) ? sum : sum + 1), 0);
  throw new GradcamError(
    'bad-input',
    `${count} of ${map.data.length} values of the map are not finite (${map.data[first]} at x ${first % map.width}, ` +
      `y ${Math.floor(first / map.width)}); expected numbers; look for NaN in the input and overflow in the model`,
  );
}
