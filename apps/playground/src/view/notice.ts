import { element, make } from './element.ts';

export type Place = 'model' | 'picture' | 'map';

const places: readonly Place[] = ['model', 'picture', 'map'];
const boxOf = (place: Place): HTMLElement => element(`${place}-notice`, HTMLDivElement);

/** Says what went wrong where it went wrong: what became of it, and why. */
export function notice(place: Place, outcome: string, message: string): void {
  const box = boxOf(place);
  box.replaceChildren(make('strong', {}, outcome), ' ', message);
  box.hidden = false;
}

export function clearNotices(): void {
  for (const place of places) {
    boxOf(place).hidden = true;
    boxOf(place).replaceChildren();
  }
}
