import type { ModelInfo, Runtime } from '../protocol.ts';
import { element, make } from './element.ts';

const hasGpu = 'gpu' in navigator;

/** Which model is open, and what can be done about it. */
export function showModel({ name, format, backend, labels }: ModelInfo, isSample: boolean, runtime: Runtime): void {
  const classes = labels
    ? `${labels.length} named classes`
    : 'its classes have no names: drop a .txt file with one a line';
  const what = isSample ? 'ten drawn shapes, the model that comes with gradcam' : classes;
  element('model-name', HTMLParagraphElement).replaceChildren(
    make('strong', {}, name),
    make('span', { class: 'hint' }, `${format} on ${backend}; ${what}`),
  );
  element('bundled', HTMLButtonElement).hidden = isSample;
  element('runtime-row', HTMLDivElement).hidden = !hasGpu || format !== 'ONNX';
  element('runtime', HTMLSelectElement).value = runtime;
}
