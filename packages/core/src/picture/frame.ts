import type { Filter } from '../map/filter.ts';
import { checkSize, type Heatmap } from '../map/heatmap.ts';
import { resample } from '../map/resample.ts';
import { resizeLine, tapsOf } from '../map/taps.ts';
import type { Size } from './pixels.ts';

/**
 * What part of a picture the model saw, in pixels of the picture: its whole input is this rectangle. Smaller than the picture where it was
 * cropped, larger where bars were added around it.
 */
export interface Frame extends Size {
  readonly x: number;
  readonly y: number;
}

/** The frame of a picture that was stretched to the model's input. */
export function wholeFrame({ width, height }: Size): Frame {
  return { x: 0, y: 0, width, height };
}

/**
 * A map of the model's input, of any resolution, at each pixel of the picture: 0 where the model did not look.
 * @param size of the picture
 * @param frame what the map covers of it; default all
 * @throws GradcamError `bad-option` for a size or filter that is none
 */
export function placed(
  map: Heatmap,
  size: Size,
  frame: Frame = wholeFrame(size),
  filter: Filter = 'bilinear',
): Heatmap {
  const { width, height } = size;
  checkSize(width, height, 'a picture');
  const sampling = { filter, antialias: true };
  const xs = tapsOf(map.width, resizeLine(map.width, frame.width, filter, { from: -frame.x, count: width }), sampling);
  const ys = tapsOf(
    map.height,
    resizeLine(map.height, frame.height, filter, { from: -frame.y, count: height }),
    sampling,
  );
  return { data: resample({ data: map.data, width: map.width, stride: 1, channels: 1 }, xs, ys), width, height };
}
