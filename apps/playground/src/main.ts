import { Playground } from './playground.ts';
import type { Preparation, Runtime } from './protocol.ts';
import { fillColours, fillMethods, fillPreparations } from './view/choices.ts';
import { onFiles } from './view/drop.ts';
import { element } from './view/element.ts';
import { onLook, startLook } from './view/look.ts';
import { fillScenes } from './view/scenes.ts';

const playground = new Playground();

const onSelect = (id: string, change: (value: string) => Promise<void>): void => {
  const select = element(id, HTMLSelectElement);
  select.addEventListener('change', () => void change(select.value));
};
const onClick = (id: string, act: () => unknown): void =>
  element(id, HTMLButtonElement).addEventListener('click', () => void act());

fillMethods();
fillPreparations();
fillColours();
startLook();
fillScenes((scene) => void playground.takeScene(scene));
onFiles((files) => void playground.takeFiles(files));
onLook(() => void playground.paint());
onSelect('method', (method) => playground.change({ method }));
onSelect('layer', (layer) => playground.change({ layer: layer === '' ? null : layer }));
onSelect('preparation', (preparation) => playground.change({ preparation: preparation as Preparation }));
onSelect('runtime', (runtime) => playground.runOn(runtime as Runtime));
onClick('bundled', () => playground.takeSample());
onClick('stop', () => playground.stop());
onClick('save-picture', () => playground.savePicture());
onClick('save-map', () => playground.saveNumbers());
window.addEventListener('hashchange', () => void playground.start());
void playground.start();
