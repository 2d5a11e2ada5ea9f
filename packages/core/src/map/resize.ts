import { checkSize, type Heatmap } from './heatmap.ts';
import { resample } from './resample.ts';
import { resizeLine, type Sampling, tapsOf } from './taps.ts';

/**
 * The map at another size, values in float (never rounded to 8 bits). By default half-pixel bilinear without antialiasing: what torch
 * (`align_corners=False`) and OpenCV compute. Same size gives the same values.
 * @throws GradcamError `bad-option` for a size or filter that is none, or more than `MAX_PIXELS`
 */
export function resize(map: Heatmap, width: number, height: number, sampling: Sampling = {}): Heatmap {
  checkSize(width, height, 'a map');
  const filter = sampling.filter ?? 'bilinear';
  const xs = tapsOf(map.width, resizeLine(map.width, width, filter), sampling);
  const ys = tapsOf(map.height, resizeLine(map.height, height, filter), sampling);
  return { data: resample({ data: map.data, width: map.width, stride: 1, channels: 1 }, xs, ys), width, height };
}
