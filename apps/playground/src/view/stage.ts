import type { Frame, Pixels, Size } from '@gradcam/onnx';
import { draw } from './draw.ts';
import { element } from './element.ts';

const canvas = element('picture', HTMLCanvasElement);
const frameBox = element('frame', HTMLDivElement);
const seenBox = element('seen', HTMLDivElement);

/** Shows a painted picture in place of the last. */
export function showPixels(pixels: Pixels): void {
  frameBox.style.setProperty('--ratio', String(pixels.width / pixels.height));
  draw(pixels, canvas);
}

/** Lays a box over a part of the picture, in shares of it. */
export function place(box: HTMLElement, part: Frame): void {
  for (const [side, share] of Object.entries({ left: part.x, top: part.y, width: part.width, height: part.height }))
    box.style.setProperty(side, `${100 * share}%`);
  box.hidden = false;
}

/** Outlines what the model saw, where that is not the whole picture. */
export function showSeen(frame: Frame | null, { width, height }: Size): void {
  const isWhole = frame === null || (frame.width >= width - 1 && frame.height >= height - 1);
  seenBox.hidden = true;
  if (isWhole) return;
  place(seenBox, {
    x: frame.x / width,
    y: frame.y / height,
    width: frame.width / width,
    height: frame.height / height,
  });
}

export function describePicture(words: string): void {
  canvas.setAttribute('aria-label', words);
}
