import { element } from './element.ts';

/** What is quicker needs no word. */
const PATIENCE = 250;

const box = element('busy', HTMLDivElement);
const text = element('busy-text', HTMLSpanElement);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what is going on, once it takes a while. */
export function busy(words: string): void {
  text.textContent = words;
  document.body.setAttribute('aria-busy', 'true');
  timer ??= setTimeout(() => {
    box.hidden = false;
  }, PATIENCE);
}

export function idle(): void {
  clearTimeout(timer);
  timer = undefined;
  box.hidden = true;
  document.body.removeAttribute('aria-busy');
}
