import { GradcamError } from '../errors.ts';
import type { Port } from '../model.ts';
import { checkSettings } from './check-settings.ts';
import { settingsIn } from './dialects.ts';
import type { Preprocess } from './preprocess.ts';
import type { PresetName } from './presets.ts';

const USUAL_SIDE = 224;

/**
 * The whole preprocessing of a model's picture input. What a configuration leaves out is: the input's size (224 where it takes any),
 * `cover` without a crop, bilinear, RGB (or gray), pixels as they are. The model's own size and number of channels win.
 * @param config a preset's name, settings of ours, or the content of transformers' preprocessor_config.json, of timm's config, or a Keras
 * mode as `{ mode: 'tf' }`; default `unit`
 * @throws GradcamError `bad-input` when the input takes no picture, `bad-option` when the configuration is not understood
 */
export function preprocessFor(port: Port, config: PresetName | object = 'unit'): Preprocess {
  const [, channels, height, width] = port.dims;
  if (port.dims.length !== 4 || (channels !== 1 && channels !== 3 && channels !== null)) {
    const dims = port.dims.map((dim) => dim ?? 'any').join(', ');
    throw new GradcamError('bad-input', `the input ${port.name} has dims [${dims}], no picture of 1 or 3 channels`);
  }
  const stated = settingsIn(config);
  const settings: Preprocess = {
    width: USUAL_SIDE,
    height: USUAL_SIDE,
    fit: 'cover',
    crop: 1,
    bars: 0,
    filter: 'bilinear',
    colours: 'rgb',
    scale: 1,
    mean: [0],
    std: [1],
    ...stated,
    ...(width == null ? {} : { width }),
    ...(height == null ? {} : { height }),
    ...(channels === 1 ? { colours: 'gray' } : {}),
  };
  checkSettings(settings);
  return settings;
}
