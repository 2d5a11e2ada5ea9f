import { GradcamError } from '../errors.ts';
import type { Filter } from '../map/filter.ts';
import type { Preprocess } from './preprocess.ts';

const filters: Readonly<Record<string, Filter>> = {
  bilinear: 'bilinear',
  bicubic: 'bicubic',
  nearest: 'nearest',
  lanczos: 'lanczos3',
};

/**
 * timm's `pretrained_cfg`, alone or within a config.json: the picture covers input_size / crop_pct (cut off to whole pixels), whose centre
 * is taken. Its `squash` stretches, its `border` crop is not done here.
 * @throws GradcamError `bad-option`
 */
export function timmSettings(config: Readonly<Record<string, unknown>>): Partial<Preprocess> {
  const nested = config['pretrained_cfg'];
  const values = (typeof nested === 'object' && nested !== null ? nested : config) as Readonly<Record<string, unknown>>;
  const [, height, width] = Array.isArray(values['input_size']) ? (values['input_size'] as number[]) : [];
  const { crop_pct: part = 0.875, crop_mode: mode = 'center', interpolation = 'bicubic', mean, std } = values;
  const filter = filters[String(interpolation)];
  if (!filter) refuse('interpolation', interpolation, Object.keys(filters).join(', '));
  if (mode !== 'center' && mode !== 'squash') refuse('crop_mode', mode, 'center or squash');
  const size = width ?? 224;
  return {
    ...(width === undefined || height === undefined ? {} : { width, height }),
    fit: mode === 'squash' ? 'stretch' : 'cover',
    crop: mode === 'squash' ? 1 : size / Math.floor(size / Number(part)),
    ...(filter ? { filter } : {}),
    colours: 'rgb',
    scale: 1 / 255,
    mean: (mean ?? [0.485, 0.456, 0.406]) as number[],
    std: (std ?? [0.229, 0.224, 0.225]) as number[],
  };
}

function refuse(key: string, value: unknown, expected: string): never {
  throw new GradcamError('bad-option', `timm's ${key} is ${JSON.stringify(value)}; expected ${expected}`);
}
