import { type Line, resizeLine } from '../map/taps.ts';
import type { Frame } from '../picture/frame.ts';
import type { Size } from '../picture/pixels.ts';
import type { Preprocess } from './preprocess.ts';

/** Where a picture comes to lie in the model's input, in whole pixels as Pillow and torchvision place it. */
export interface Fitted {
  readonly frame: Frame;
  readonly across: Line;
  readonly down: Line;
}

export function fitted(picture: Size, settings: Preprocess): Fitted {
  const { width, height, filter } = settings;
  const resized = resizedSize(picture, settings);
  // Half of what is over, or missing, on either side; an odd pixel is cut off, or added, on the right and below.
  const [left, top] = [Math.trunc((width - resized.width) / 2), Math.trunc((height - resized.height) / 2)];
  const [sx, sy] = [picture.width / resized.width, picture.height / resized.height];
  return {
    frame: { x: 0 - left * sx, y: 0 - top * sy, width: width * sx, height: height * sy },
    across: resizeLine(picture.width, resized.width, filter, { from: -left, count: width }),
    down: resizeLine(picture.height, resized.height, filter, { from: -top, count: height }),
  };
}

function resizedSize(picture: Size, { width, height, fit, crop }: Preprocess): Size {
  const [wide, high] = [Math.round(width / crop), Math.round(height / crop)];
  if (fit === 'stretch') return { width: wide, height: high };
  if (fit === 'contain') {
    const scale = Math.min(width / picture.width, height / picture.height);
    return {
      width: Math.max(1, Math.round(picture.width * scale)),
      height: Math.max(1, Math.round(picture.height * scale)),
    };
  }
  // The other side is cut off to whole pixels, as torchvision's and transformers' Resize do.
  return wide / picture.width >= high / picture.height
    ? { width: wide, height: Math.max(high, Math.trunc((wide * picture.height) / picture.width)) }
    : { width: Math.max(wide, Math.trunc((high * picture.width) / picture.height)), height: high };
}
