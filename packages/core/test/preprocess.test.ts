import { describe, expect, it } from 'vitest';
import {
  batchOf,
  heatmap,
  type Pixels,
  type Port,
  type Preprocess,
  placed,
  preprocess,
  preprocessFor,
  presetNames,
  tensor,
} from '../src/index.ts';
import { bytesOf, golden, picture } from './golden-pictures.ts';

const port = (...dims: (number | null)[]): Port => ({ name: 'x', type: 'float32', dims });
const any = port(null, 3, null, null);
const square = (side: number, config: object = {}): Preprocess => preprocessFor(port(1, 3, side, side), config);
const plain = (width: number, height: number, ...rgba: number[]): Pixels => ({
  data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => rgba[i % 4] ?? 255),
  width,
  height,
});

/** [1, 3, H, W] as bytes [H, W, 3]. */
function interleaved({ data }: { readonly data: Float32Array }): number[] {
  const area = data.length / 3;
  return Array.from({ length: data.length }, (_, i) => data[(i % 3) * area + Math.floor(i / 3)] ?? NaN);
}

describe('preprocess, against Pillow byte by byte', () => {
  it.each([
    ['cover 8 of 10, bicubic', square(8, { crop: 0.8, filter: 'bicubic' })],
    ['contain 10, bars 114', square(10, { fit: 'contain', bars: 114 })],
    ['contain 31', square(31, { fit: 'contain' })],
  ] as const)('%s', (name, settings) => {
    const expected = golden.preprocessed[name] ?? '';
    expect(interleaved(preprocess(picture, settings).tensor)).toEqual([...bytesOf(expected)]);
  });
});

/** Rows and columns exchanged, of `channels` numbers a pixel. */
function turned(data: ArrayLike<number>, width: number, height: number, channels: number): number[] {
  return Array.from({ length: data.length }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    return data[((pixel % height) * width + Math.floor(pixel / height)) * channels + channel] ?? NaN;
  });
}

describe('preprocess', () => {
  it.each([
    square(8, { crop: 0.8, filter: 'bicubic' }),
    square(7, { crop: 0.8 }),
    square(10, { fit: 'contain', bars: 114 }),
  ])('treats rows as columns (%#)', (settings) => {
    const { width, height, data } = picture;
    const onSide = { data: Uint8ClampedArray.from(turned(data, width, height, 4)), width: height, height: width };
    const [upright, other] = [preprocess(picture, settings), preprocess(onSide, settings)];
    const side = settings.width;
    const difference = turned(interleaved(upright.tensor), side, side, 3).map(
      (v, i) => v - (interleaved(other.tensor)[i] ?? NaN),
    );
    // Rows are rounded first, so single values differ by a level.
    expect(Math.max(...difference.map(Math.abs))).toBeLessThanOrEqual(2);
    const { x, y, width: across, height: down } = upright.frame;
    expect(other.frame).toEqual({ x: y, y: x, width: down, height: across });
  });

  it.each([
    ['rgb', [1, 2, 3], [10, 20, 30], [(200 - 1) / 10, (100 - 2) / 20, (50 - 3) / 30]],
    ['bgr', [104, 117, 123], [1], [50 - 104, 100 - 117, 200 - 123]],
    ['gray', [0], [1], [0.299 * 200 + 0.587 * 100 + 0.114 * 50]],
  ] as const)('%s: (pixel * scale - mean) / std, channel by channel', (colours, mean, std, values) => {
    const { tensor: fed } = preprocess(plain(6, 6, 200, 100, 50, 255), square(4, { colours, mean, std }));
    expect(fed.dims).toEqual([1, values.length, 4, 4]);
    for (const [channel, value] of values.entries()) {
      for (const pixel of fed.data.subarray(channel * 16, channel * 16 + 16)) expect(pixel).toBeCloseTo(value, 4);
    }
  });

  it('lays transparent pixels over white', () => {
    const { tensor: fed } = preprocess(plain(2, 2, 0, 0, 0, 51), square(2));
    expect(new Set(fed.data)).toEqual(new Set([204]));
  });

  // A picture of 24 x 12 with one white column; the frame must lead the brightest column of the input back to it.
  it.each([
    [square(8), 10],
    [square(8), 14],
    [square(6, { crop: 0.75 }), 10],
    [square(8, { fit: 'stretch' }), 3],
    [square(8, { fit: 'contain' }), 20],
    [square(12, { fit: 'contain' }), 20],
    [square(9, { fit: 'stretch', crop: 0.75 }), 12],
    [preprocessFor(port(1, 3, 4, 9), { fit: 'cover' }), 5],
    [preprocessFor(port(1, 3, 16, 9), { fit: 'contain' }), 5],
  ])('the frame leads back to the picture (%#)', (settings, column) => {
    const data = Uint8ClampedArray.from({ length: 4 * 24 * 12 }, (_, i) =>
      i % 4 === 3 || (i >> 2) % 24 === column ? 255 : 0,
    );
    const { tensor: fed, frame } = preprocess({ data, width: 24, height: 12 }, settings);
    const { width, height } = settings;
    const seen = fed.data.subarray(0, width * height).map((value) => value / 255);
    const back = placed(heatmap(seen, width, height), { width: 24, height: 12 }, frame).data.subarray(6 * 24, 7 * 24);
    // The middle of its mass, since shrinking blurs.
    const mass = back.reduce((sum, value) => sum + value, 0);
    const middle = back.reduce((sum, value, x) => sum + value * (x + 0.5), 0) / mass;
    expect(Math.abs(middle - (column + 0.5))).toBeLessThan(0.75);
  });
});

describe('batchOf', () => {
  it('puts pictures one after the other', () => {
    const [one, two] = [1, 2].map(
      (level) => preprocess(plain(2, 1, level, 0, 0, 255), preprocessFor(port(1, 3, 1, 2), 'raw')).tensor,
    );
    const { data, dims } = batchOf([one, two, two].flatMap((each) => each ?? []));
    expect(dims).toEqual([3, 3, 1, 2]);
    expect([0, 6, 12].map((at) => data[at])).toEqual([1, 2, 2]);
  });
  it('refuses none, and dims that differ', () => {
    expect(() => batchOf([])).toThrow(/one or more/);
    expect(() => batchOf([tensor(new Float32Array(3), [1, 3]), tensor(new Float32Array(4), [1, 4])])).toThrow(
      /\[1,3\] and \[1,4\] make no batch/,
    );
  });
});

describe('preprocessFor', () => {
  it('takes the size and the channels of the model, and else the usual', () => {
    expect(preprocessFor(any)).toMatchObject({ width: 224, height: 224, colours: 'rgb', fit: 'cover', crop: 1 });
    expect(preprocessFor(port(1, 1, 28, 30), 'imagenet')).toMatchObject({ width: 30, height: 28, colours: 'gray' });
    expect(preprocessFor(any, { width: 96, height: 64 })).toMatchObject({ width: 96, height: 64 });
  });

  it.each(presetNames.map((name) => [name]))('%s is complete', (name) => {
    expect(preprocess(picture, preprocessFor(port(1, 3, 4, 4), name)).tensor.data.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['unit', 1, 200 / 255],
    ['signed', 1, 200 / 127.5 - 1],
    ['teachable-machine', 1, 200 / 127 - 1],
    ['imagenet', 1, (200 / 255 - 0.456) / 0.224],
    ['caffe', 0, 100 - 104],
    ['keras-caffe', 2, 50 - 123.68],
    ['raw', 0, 50],
  ] as const)('%s means what it says', (name, channel, value) => {
    const { tensor: fed } = preprocess(plain(1, 1, 50, 200, 100, 255), preprocessFor(port(1, 3, 1, 1), name));
    expect(fed.data[channel]).toBeCloseTo(value, 4);
  });

  it.each([
    ['a channel count', () => preprocessFor(port(1, 12, 8, 8)), /dims \[1, 12, 8, 8\], no picture of 1 or 3/],
    ['a preset', () => preprocessFor(any, 'imagnet' as 'imagenet'), /"imagnet".*did you mean "imagenet"/],
    ['a key', () => preprocessFor(any, { heigth: 3 }), /"heigth", which is none of width/],
    ['a size', () => preprocessFor(any, { width: 0 }), /size 0 x 224/],
    ['a fit', () => preprocessFor(any, { fit: 'squash' }), /fit "squash"; expected stretch, cover, contain/],
    ['a crop', () => preprocessFor(any, { crop: 1.5 }), /crop 1.5/],
    ['bars', () => preprocessFor(any, { bars: 300 }), /bars 300/],
    ['a filter', () => preprocessFor(any, { filter: 'box' }), /filter "box"; expected nearest/],
    ['colours', () => preprocessFor(any, { colours: 'hsv' }), /colours "hsv"/],
    ['a scale', () => preprocessFor(any, { scale: '1' }), /scale 1; expected a number/],
    ['a mean', () => preprocessFor(any, { mean: [1, 2] }), /mean \[1,2\]/],
    ['a std', () => preprocessFor(any, { std: [0] }), /std \[0\].*none of them 0/],
  ])('refuses %s that makes no sense', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
