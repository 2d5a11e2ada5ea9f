import { type Frame, heatmapOf, normalise, overlay, type Pixels, type Size, type Tensor } from '@gradcam/onnx';
import type { Look } from '../protocol.ts';

/**
 * A picture with a raw map over it; the picture alone where the map is not finite, since then nothing is known.
 * @param frame of what the model saw, in pixels of the whole picture
 */
export function paint(picture: Pixels, whole: Size, map: Tensor, frame: Frame, look: Look): Pixels {
  if (!map.data.every(Number.isFinite)) return picture;
  const [sx, sy] = [picture.width / whole.width, picture.height / whole.height];
  return overlay(picture, normalise(heatmapOf(map), look.signed ? 'signed' : 'max'), {
    frame: { x: frame.x * sx, y: frame.y * sy, width: frame.width * sx, height: frame.height * sy },
    scale: look.signed ? 'diverging' : look.scale,
    opacity: look.opacity,
    filter: look.smooth ? 'bilinear' : 'nearest',
    contours: look.contour ? (look.signed ? [-0.5, 0.5] : [0.5]) : [],
  });
}
