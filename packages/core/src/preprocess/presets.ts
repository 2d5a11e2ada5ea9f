import type { Preprocess } from './preprocess.ts';

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/**
 * Ways to turn pixels into numbers that many models share:
 *
 * | preset | value | |
 * |---|---|---|
 * | `unit` | pixel / 255 | |
 * | `signed` | pixel / 127.5 - 1 | Keras mode `tf`: MobileNet, Xception, Inception |
 * | `teachable-machine` | pixel / 127 - 1, the square in the middle | Teachable Machine (`capture` of its image library) |
 * | `imagenet` | (pixel / 255 - mean) / std | torchvision, timm, Keras mode `torch` |
 * | `caffe` | pixel - (104, 117, 123), BGR | SqueezeNet, AlexNet of Caffe |
 * | `keras-caffe` | pixel - (103.939, 116.779, 123.68), BGR | Keras mode `caffe`: VGG, ResNet of keras.applications |
 * | `raw` | pixel | models that hold their own preprocessing |
 */
export const presets: Readonly<Record<PresetName, Partial<Preprocess>>> = {
  unit: { scale: 1 / 255 },
  signed: { scale: 1 / 127.5, mean: [1] },
  'teachable-machine': { scale: 1 / 127, mean: [1], fit: 'cover' },
  imagenet: { scale: 1 / 255, ...imagenet },
  caffe: { mean: [104, 117, 123], colours: 'bgr' },
  'keras-caffe': { mean: [103.939, 116.779, 123.68], colours: 'bgr' },
  raw: {},
};

export type PresetName = 'unit' | 'signed' | 'teachable-machine' | 'imagenet' | 'caffe' | 'keras-caffe' | 'raw';

/** Every preset's name. */
export const presetNames: readonly PresetName[] = Object.keys(presets) as PresetName[];

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}
