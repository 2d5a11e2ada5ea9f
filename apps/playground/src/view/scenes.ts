import { type Scene, scenes } from '../bundled.ts';
import { element, make } from './element.ts';

const strip = element('scenes', HTMLElement);

/** A button for each sample picture. */
export function fillScenes(onChoose: (scene: Scene) => void): void {
  const buttons = scenes.map((scene) => {
    const picture = make('img', { src: scene.url, alt: '', width: '64', height: '64' });
    const button = make('button', { type: 'button', title: scene.title, 'aria-label': scene.title }, picture);
    button.dataset['scene'] = scene.name;
    button.addEventListener('click', () => onChoose(scene));
    return button;
  });
  strip.replaceChildren(...buttons);
}

/** Marks the one that is shown; null for a picture of one's own. */
export function markScene(name: string | null): void {
  for (const button of strip.querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button.dataset['scene'] === name));
}
