import { GradcamError } from '../errors.ts';
import type { Filter } from '../map/filter.ts';
import type { Preprocess } from './preprocess.ts';

type Values = Readonly<Record<string, unknown>>;

/** By Pillow's numbers. */
const filters: Readonly<Record<number, Filter>> = { 0: 'nearest', 1: 'lanczos3', 2: 'bilinear', 3: 'bicubic' };

/** What would change the picture in ways that are not done here. */
const unsupported = [
  'do_pad',
  'do_thumbnail',
  'do_align_long_axis',
  'do_rotate',
  'do_image_splitting',
  'do_crop_margin',
];

/** Below this side, ConvNeXT and its kin crop by `crop_pct`; from it on they stretch. */
const CONVNEXT_STRETCH = 384;

/**
 * The preprocessor_config.json of transformers (image processors and the older feature extractors).
 * @throws GradcamError `bad-option` when it asks for what is not done here, or leaves out a mean that it uses
 */
export function transformersSettings(values: Values): Partial<Preprocess> {
  const asked = unsupported.find((key) => values[key] === true);
  if (asked !== undefined) refuse(asked, true, 'false; prepare the picture yourself and feed the numbers');
  if (values['do_resize'] === false) refuse('do_resize', false, 'true, or prepare the picture yourself');
  const resample = values['resample'] ?? 2;
  const filter = filters[Number(resample)];
  if (!filter) return refuse('resample', resample, '0 nearest, 1 Lanczos, 2 bilinear or 3 bicubic');
  const factor = values['do_rescale'] === false ? 1 : Number(values['rescale_factor'] ?? 1 / 255);
  return {
    ...geometryOf(values),
    filter,
    colours: values['do_flip_channel_order'] === true ? 'bgr' : 'rgb',
    scale: factor,
    ...normalisationOf(values),
  };
}

function normalisationOf(values: Values): Partial<Preprocess> {
  if (values['do_normalize'] === false) return { mean: [0], std: [1] };
  const { image_mean: mean, image_std: std } = values;
  if (!Array.isArray(mean) || !Array.isArray(std)) {
    return refuse('image_mean or image_std', mean ?? std, 'lists of numbers, or "do_normalize": false');
  }
  return { mean: mean as number[], std: std as number[] };
}

function geometryOf(values: Values): Partial<Preprocess> {
  const size = values['size'];
  const isCropped = values['do_center_crop'] === true;
  const crop = sidesOf(values['crop_size'] ?? size);
  const shortest = isRecord(size) ? size['shortest_edge'] : isCropped ? size : undefined;
  const part = values['crop_pct'];
  if (typeof part === 'number' && typeof shortest === 'number') {
    if (shortest >= CONVNEXT_STRETCH) return { width: shortest, height: shortest, fit: 'stretch' };
    return covering({ width: shortest, height: shortest }, Math.trunc(shortest / part));
  }
  if (typeof shortest === 'number') {
    if (isCropped && crop) return covering(crop, shortest);
    // Without a crop such a model takes pictures of any shape; one input shape has to be chosen.
    return { width: shortest, height: shortest, fit: 'cover' };
  }
  const sides = sidesOf(size);
  if (!sides) return refuse('size', size, 'a number, {"height", "width"} or {"shortest_edge"}');
  if (!isCropped || !crop) return { ...sides, fit: 'stretch' };
  return { ...crop, fit: 'stretch', crop: Math.min(1, crop.width / sides.width) };
}

function covering(to: { readonly width: number; readonly height: number }, shortest: number): Partial<Preprocess> {
  return { ...to, fit: 'cover', crop: Math.min(1, Math.min(to.width, to.height) / shortest) };
}

function sidesOf(size: unknown): { readonly width: number; readonly height: number } | null {
  if (typeof size === 'number') return { width: size, height: size };
  if (!isRecord(size)) return null;
  const { width, height } = size;
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
}

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

function refuse(key: string, value: unknown, expected: string): never {
  throw new GradcamError(
    'bad-option',
    `the preprocessor_config's ${key} is ${value === undefined ? 'missing' : JSON.stringify(value)}; expected ${expected}`,
  );
}
