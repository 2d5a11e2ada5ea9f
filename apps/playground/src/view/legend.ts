import { coloursOf, type Tensor } from '@gradcam/onnx';
import type { Look } from '../protocol.ts';
import { element } from './element.ts';
import { number } from './number.ts';

const box = element('legend', HTMLDivElement);
const strip = element('scale', HTMLCanvasElement);

/** The colours, and the raw values at their ends. */
export function showLegend(map: Tensor | null, look: Look): void {
  box.hidden = map === null;
  if (!map) return;
  const table = coloursOf(look.signed ? 'diverging' : look.scale);
  const pixels = new ImageData(256, 1);
  for (let step = 0; step < 256; step++) pixels.data.set([...table.subarray(3 * step, 3 * step + 3), 255], 4 * step);
  strip.getContext('2d')?.putImageData(pixels, 0, 0);
  const least = map.data.reduce((a, b) => Math.min(a, b), 0);
  const largest = map.data.reduce((a, b) => Math.max(a, b), 0);
  const most = look.signed ? Math.max(-least, largest) : largest;
  element('most', HTMLSpanElement).textContent = number(most);
  element('least', HTMLSpanElement).textContent = look.signed ? number(-most) : '0';
}
