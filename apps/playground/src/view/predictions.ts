import type { Prediction } from '@gradcam/onnx';
import { element, make } from './element.ts';

/** As many as one takes in at a glance. */
const SHOWN = 6;

const list = element('predictions', HTMLOListElement);
const filter = element('filter', HTMLInputElement);

interface Shown {
  readonly predictions: readonly Prediction[];
  readonly labels: readonly string[] | null;
  readonly selected: number | null;
  readonly onChoose: (index: number) => void;
}

let shown: Shown | undefined;

/** A class by its label, or its number. */
export const nameOf = (index: number, labels: readonly string[] | null): string => labels?.[index] || `class ${index}`;

function percent(probability: number): string {
  const hundredths = 100 * probability;
  if (hundredths < 0.001) return '< 0.001 %';
  return `${hundredths < 9.95 ? Number(hundredths.toPrecision(2)) : Math.round(hundredths)} %`;
}

function visible({ predictions, labels, selected }: Shown): readonly Prediction[] {
  const word = filter.hidden ? '' : filter.value.trim().toLowerCase();
  if (word !== '') {
    return predictions
      .filter(({ index }) => String(index) === word || nameOf(index, labels).toLowerCase().includes(word))
      .slice(0, SHOWN);
  }
  const best = predictions.slice(0, SHOWN);
  const chosen = predictions.find(({ index }) => index === selected);
  return chosen && !best.includes(chosen) ? [...best.slice(0, -1), chosen] : best;
}

function item(
  { index, score, probability }: Prediction,
  { labels, selected, onChoose, predictions }: Shown,
): HTMLElement {
  const said = probability === null ? score.toPrecision(3) : percent(probability);
  const largest = predictions.reduce((max, one) => Math.max(max, Math.abs(one.score)), 0);
  const share = probability ?? (largest > 0 ? Math.max(0, score) / largest : 0);
  const button = make(
    'button',
    { type: 'button', 'aria-pressed': String(index === selected), 'data-class': String(index) },
    make('span', { class: 'name' }, nameOf(index, labels)),
    make('span', { class: 'said' }, said),
    make('span', { class: 'bar', style: `--share: ${share}` }),
  );
  button.addEventListener('click', () => onChoose(index));
  return make('li', {}, button);
}

function render(): void {
  if (!shown) {
    list.replaceChildren();
    return;
  }
  const focused = document.activeElement?.getAttribute('data-class');
  const view = shown;
  list.replaceChildren(...visible(view).map((one) => item(one, view)));
  if (focused) list.querySelector<HTMLElement>(`[data-class="${focused}"]`)?.focus();
}

/** The best classes, as buttons; the one that is explained is pressed. Others are found by name or number. */
export function showPredictions(next: Shown | null): void {
  shown = next ?? undefined;
  filter.hidden = (next?.predictions.length ?? 0) <= SHOWN;
  render();
}

filter.addEventListener('input', render);
