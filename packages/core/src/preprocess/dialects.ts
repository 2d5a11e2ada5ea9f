import { closest } from '../closest.ts';
import { GradcamError } from '../errors.ts';
import type { Preprocess } from './preprocess.ts';
import { isPreset, presetNames, presets } from './presets.ts';
import { timmSettings } from './timm.ts';
import { transformersSettings } from './transformers.ts';

/** The modes of Keras' `preprocess_input`. */
const kerasModes = { tf: presets.signed, torch: presets.imagenet, caffe: presets['keras-caffe'] } as const;

const own: readonly string[] = [
  'width',
  'height',
  'fit',
  'crop',
  'bars',
  'filter',
  'colours',
  'scale',
  'mean',
  'std',
] satisfies (keyof Preprocess)[];

/**
 * What a configuration says, whichever dialect it is in: a preset's name, our own settings, transformers, timm, or Keras.
 * @throws GradcamError `bad-option` when it is none of them, or asks for what is not done here
 */
export function settingsIn(config: string | object): Partial<Preprocess> {
  if (typeof config === 'string') {
    if (isPreset(config)) return presets[config];
    const guess = closest(config, presetNames);
    throw new GradcamError(
      'bad-option',
      `unknown preset "${config}"; expected ${presetNames.join(', ')}${guess === undefined ? '' : `; did you mean "${guess}"?`}`,
    );
  }
  const values = config as Readonly<Record<string, unknown>>;
  if (typeof values['mode'] === 'string') return kerasSettings(values['mode']);
  if ('pretrained_cfg' in values || 'input_size' in values) return timmSettings(values);
  if (Object.keys(values).some((key) => /^(do_|image_|rescale_|feature_extractor_type)/.test(key))) {
    return transformersSettings(values);
  }
  const strange = Object.keys(values).find((key) => !own.includes(key));
  if (strange === undefined) return values;
  throw new GradcamError(
    'bad-option',
    `the preprocessing has "${strange}", which is none of ${own.join(', ')}; expected those, or the configuration of transformers, timm or Keras ({"mode": "tf"})`,
  );
}

function kerasSettings(mode: string): Partial<Preprocess> {
  if (Object.hasOwn(kerasModes, mode)) return { ...kerasModes[mode as keyof typeof kerasModes], fit: 'stretch' };
  throw new GradcamError('bad-option', `the Keras mode is "${mode}"; expected ${Object.keys(kerasModes).join(', ')}`);
}
