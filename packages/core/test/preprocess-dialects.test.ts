import { describe, expect, it } from 'vitest';
import { type Port, preprocessFor } from '../src/index.ts';

const any: Port = { name: 'x', type: 'float32', dims: [null, 3, null, null] };
const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

describe('preprocessor_config.json of transformers', () => {
  it('ViT: a size as a number or as two, stretched', () => {
    const expected = {
      width: 224,
      height: 224,
      fit: 'stretch',
      scale: 1 / 255,
      filter: 'bilinear',
      mean: [0.5, 0.5, 0.5],
    };
    const old = {
      feature_extractor_type: 'ViTFeatureExtractor',
      do_resize: true,
      do_normalize: true,
      resample: 2,
      ...half,
    };
    expect(preprocessFor(any, { ...old, size: 224 })).toMatchObject(expected);
    expect(preprocessFor(any, { ...old, size: { height: 224, width: 224 }, rescale_factor: 1 / 255 })).toMatchObject(
      expected,
    );
  });
  it('CLIP: shorter side, then the centre', () => {
    const clip = { do_center_crop: true, crop_size: 224, do_resize: true, resample: 3, ...half };
    for (const size of [256, { shortest_edge: 256 }]) {
      const found = preprocessFor(any, { ...clip, size });
      expect(found).toMatchObject({ width: 224, height: 224, fit: 'cover', crop: 0.875, filter: 'bicubic' });
    }
    expect(preprocessFor(any, { ...clip, size: { shortest_edge: 224 } }).crop).toBe(1);
  });
  it('ConvNeXT: by crop_pct, and stretched when large', () => {
    const convnext = { do_resize: true, crop_pct: 0.875, resample: 3, ...half };
    expect(preprocessFor(any, { ...convnext, size: { shortest_edge: 224 } })).toMatchObject({
      width: 224,
      crop: 224 / 256,
    });
    expect(preprocessFor(any, { ...convnext, size: { shortest_edge: 384 } })).toMatchObject({
      width: 384,
      fit: 'stretch',
    });
  });
  it('EfficientNet: stretched and cut', () => {
    const config = {
      do_center_crop: true,
      size: { height: 346, width: 346 },
      crop_size: { height: 289, width: 289 },
      ...half,
    };
    expect(preprocessFor(any, config)).toMatchObject({ width: 289, fit: 'stretch', crop: 289 / 346 });
  });
  it('MobileViT: BGR of 0..1, not normalised', () => {
    const config = {
      do_flip_channel_order: true,
      do_normalize: false,
      do_center_crop: true,
      crop_size: { height: 256, width: 256 },
      size: { shortest_edge: 288 },
    };
    expect(preprocessFor(any, config)).toMatchObject({
      colours: 'bgr',
      scale: 1 / 255,
      mean: [0],
      std: [1],
      crop: 256 / 288,
    });
  });
  it('leaves levels as they are without do_rescale', () => {
    expect(preprocessFor(any, { size: 224, do_rescale: false, ...half }).scale).toBe(1);
  });
  it.each([
    ['padding', { do_pad: true, ...half, size: 224 }, /do_pad is true; expected false/],
    ['no resizing', { do_resize: false, ...half }, /do_resize is false/],
    ['a box filter', { resample: 4, size: 224, ...half }, /resample is 4; expected 0 nearest/],
    ['no mean', { do_normalize: true, size: 224 }, /image_mean or image_std is missing/],
    ['no size', { do_resize: true, ...half }, /size is missing/],
  ])('refuses %s', (_what, config, message) => {
    expect(() => preprocessFor(any, config)).toThrow(message);
  });
});

describe('the configuration of timm', () => {
  const cfg = { input_size: [3, 224, 224], interpolation: 'bicubic', crop_pct: 0.9, crop_mode: 'center', ...imagenet };
  it('covers input_size / crop_pct in whole pixels', () => {
    const expected = {
      width: 224,
      height: 224,
      fit: 'cover',
      crop: 224 / 248,
      filter: 'bicubic',
      scale: 1 / 255,
      ...imagenet,
    };
    expect(preprocessFor(any, cfg)).toMatchObject(expected);
    expect(preprocessFor(any, { architecture: 'x', num_classes: 10, pretrained_cfg: cfg })).toMatchObject(expected);
  });
  it('stretches to squash, and crops nothing at 1', () => {
    expect(preprocessFor(any, { ...cfg, crop_mode: 'squash' })).toMatchObject({ fit: 'stretch', crop: 1 });
    expect(preprocessFor(any, { ...cfg, crop_pct: 1 }).crop).toBe(1);
  });
  it('refuses what it cannot do', () => {
    expect(() => preprocessFor(any, { ...cfg, crop_mode: 'border' })).toThrow(/crop_mode is "border"; expected center/);
    expect(() => preprocessFor(any, { ...cfg, interpolation: 'random' })).toThrow(/interpolation is "random"/);
  });
});

describe('Keras modes', () => {
  it.each([
    ['tf', { scale: 1 / 127.5, mean: [1] }],
    ['torch', { scale: 1 / 255, ...imagenet }],
    ['caffe', { scale: 1, mean: [103.939, 116.779, 123.68], colours: 'bgr' }],
  ])('%s', (mode, expected) => {
    expect(preprocessFor(any, { mode })).toMatchObject({ ...expected, fit: 'stretch' });
  });
  it('refuses another', () => {
    expect(() => preprocessFor(any, { mode: 'onnx' })).toThrow(/Keras mode is "onnx"; expected tf, torch, caffe/);
  });
});
