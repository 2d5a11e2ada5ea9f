import { colourScales, type Method, methods, presetNames } from '@gradcam/onnx';
import type { LayerInfo, ModelInfo } from '../protocol.ts';
import { element, make } from './element.ts';

const select = (id: string): HTMLSelectElement => element(id, HTMLSelectElement);

const option = (value: string, text: string): HTMLOptionElement => make('option', { value }, text);

const kinds: Readonly<Record<Method['kind'], string>> = {
  gradient: 'From gradients: one run',
  activation: 'Without gradients: one run',
  probe: 'By trying out: many runs',
};

/** Every method, quick ones first. */
export function fillMethods(): void {
  const groups = Object.entries(kinds).map(([kind, label]) =>
    make(
      'optgroup',
      { label },
      ...methods.filter((method) => method.kind === kind).map(({ name, title }) => option(name, title)),
    ),
  );
  select('method').replaceChildren(...groups);
}

const sizeOf = ({ space }: LayerInfo): string => space.map((side) => side ?? '?').join(' × ');

/** Layers by resolution, nearest to the score first. Those that no gradient reaches say so. */
export function fillLayers({ layers }: ModelInfo): void {
  const sizes = [...new Set(layers.map(sizeOf).toReversed())];
  const groups = sizes.map((size) =>
    make(
      'optgroup',
      { label: size },
      ...layers
        .filter((layer) => sizeOf(layer) === size)
        .toReversed()
        .map(({ name, kind, blocked }) => option(name, `${name} (${kind}${blocked ? ', no gradient' : ''})`)),
    ),
  );
  select('layer').replaceChildren(option('', 'automatic'), ...groups);
}

const preparations: Readonly<Record<(typeof presetNames)[number], string>> = {
  unit: '0 to 1',
  signed: '−1 to 1 (Keras: tf)',
  'teachable-machine': 'Teachable Machine',
  imagenet: 'ImageNet (torchvision, Keras: torch)',
  caffe: 'Caffe, BGR',
  'keras-caffe': 'Caffe, BGR (Keras: caffe)',
  raw: '0 to 255, as it is',
};

export function fillPreparations(): void {
  select('preparation').replaceChildren(
    option('auto', 'automatic'),
    ...presetNames.map((name) => option(name, preparations[name])),
  );
}

export function fillColours(): void {
  select('colours').replaceChildren(
    ...colourScales.filter((name) => name !== 'diverging').map((name) => option(name, name)),
  );
}
