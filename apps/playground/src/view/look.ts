import type { Look } from '../protocol.ts';
import { element } from './element.ts';

const colours = element('colours', HTMLSelectElement);
const opacity = element('opacity', HTMLInputElement);
const box = (id: string): HTMLInputElement => element(id, HTMLInputElement);

const hide = element('hide', HTMLButtonElement);
const isHidden = (): boolean => hide.getAttribute('aria-pressed') === 'true';

/** How the controls say that a map is to look. */
export function lookNow(): Look {
  const signed = box('signed').checked;
  colours.disabled = signed;
  return {
    scale: colours.value as Look['scale'],
    opacity: isHidden() ? 0 : opacity.valueAsNumber,
    contour: box('contour').checked && !isHidden(),
    signed,
    smooth: !box('cells').checked,
  };
}

export function startLook(): void {
  colours.value = 'turbo';
  opacity.value = '0.6';
}

export function onLook(change: () => void): void {
  for (const control of [colours, opacity, box('contour'), box('signed'), box('cells')])
    control.addEventListener('input', change);
  hide.addEventListener('click', () => {
    hide.setAttribute('aria-pressed', String(!isHidden()));
    change();
  });
}
