import type { Pixels } from '@gradcam/onnx';

/** Pixels on a canvas, which takes their size. */
export function draw({ data, width, height }: Pixels, canvas: HTMLCanvasElement | OffscreenCanvas): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  context?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
}
