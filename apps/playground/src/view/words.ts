import { type Explanation, methodNamed, type Preprocess } from '@gradcam/onnx';
import type { Explained } from '../protocol.ts';
import { draw } from './draw.ts';
import { element, make } from './element.ts';

const several = (numbers: readonly number[]): string =>
  numbers.every((value) => value === numbers[0])
    ? String(Number((numbers[0] ?? 0).toPrecision(4)))
    : `[${numbers.join(', ')}]`;

const scaleWords = (scale: number): string => (scale === 1 ? 'pixel' : `pixel / ${Number((1 / scale).toPrecision(6))}`);

/** "96 x 96, rgb, (pixel / 255 - 0.5) / 0.25" */
function formula({ width, height, colours, scale, mean, std }: Preprocess): string {
  const shift = mean.every((value) => value === 0) ? '' : ` − ${several(mean)}`;
  const divisor = std.every((value) => value === 1) ? '' : ` / ${several(std)}`;
  const value =
    shift && divisor ? `(${scaleWords(scale)}${shift})${divisor}` : `${scaleWords(scale)}${shift}${divisor}`;
  return `${width} × ${height}, ${colours}, ${value}`;
}

function captionOf({ layer, map, target, method }: Explanation, name: string): Node[] {
  const { title, ignoresTarget } = methodNamed(method);
  const of = target.index === null ? ['the score'] : [make('strong', {}, name)];
  const what = ignoresTarget ? [`What stands out by ${title}, whatever the class`] : ['What speaks for ', ...of];
  const where = make('span', { class: 'hint' }, make('code', {}, layer.name), `, ${map.dims.join(' × ')} cells`);
  return [make('span', {}, ...what), where];
}

/** What is seen, and what is to be said of it. */
export function describe({ explanation, prepared }: Explained, name: string): void {
  const { layer, warnings } = explanation;
  element('caption', HTMLElement).replaceChildren(...captionOf(explanation, name));
  const list = element('warnings', HTMLUListElement);
  list.hidden = warnings.length === 0;
  list.replaceChildren(...warnings.map(({ message }) => make('li', {}, message)));
  element('layer-hint', HTMLParagraphElement).textContent =
    layer.chosen === 'auto' ? `${layer.name}: ${layer.reason}` : '';
  const fed = element('fed', HTMLCanvasElement);
  draw(prepared.fed, fed);
  fed.hidden = false;
  element('preparation-hint', HTMLParagraphElement).textContent = `${formula(prepared.settings)}: ${prepared.why}.`;
}

export function describeMethod(name: string): void {
  const { paper, cost } = methodNamed(name);
  element('method-hint', HTMLParagraphElement).textContent = `${paper}. ${cost}.`;
}

export function describeNothing(): void {
  element('caption', HTMLElement).replaceChildren();
  element('warnings', HTMLUListElement).hidden = true;
  element('fed', HTMLCanvasElement).hidden = true;
  for (const id of ['layer-hint', 'preparation-hint']) element(id, HTMLParagraphElement).textContent = '';
}
