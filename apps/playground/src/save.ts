import { type Explanation, explanationToJson, type Pixels } from '@gradcam/onnx';
import { draw } from './view/draw.ts';

function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the browser has read it by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const nameFor = ({ method, target }: Explanation, label: string): string =>
  `${label.replace(/[^\p{L}\p{N}]+/gu, '-') || target.name}.${method}`;

/** The picture with its map, at the picture's own size. */
export async function savePicture(pixels: Pixels, explanation: Explanation, label: string): Promise<void> {
  const canvas = new OffscreenCanvas(pixels.width, pixels.height);
  draw(pixels, canvas);
  download(await canvas.convertToBlob({ type: 'image/png' }), `${nameFor(explanation, label)}.png`);
}

/** The whole explanation, raw map included, as `explanationFromJson` reads it. */
export function saveNumbers(explanation: Explanation, label: string): void {
  const text = `${JSON.stringify(explanationToJson(explanation))}\n`;
  download(new Blob([text], { type: 'application/json' }), `${nameFor(explanation, label)}.json`);
}
