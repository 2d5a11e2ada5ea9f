import { describe, expect, it } from 'vitest';
import {
  type ColourScale,
  colourise,
  colourScales,
  coloursOf,
  deprocessImage,
  heatmap,
  showCamOnImage,
  tensor,
} from '../src/index.ts';
import { bytesOf, difference, golden, opaque, picture } from './golden-pictures.ts';

const colour = (scale: ColourScale, step: number): number[] => [...coloursOf(scale).subarray(3 * step, 3 * step + 3)];

function linear(level: number): number {
  const v = level / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

// CIE lightness L*, from the luminance of sRGB.
function lightness([r = 0, g = 0, b = 0]: readonly number[]): number {
  const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
}

describe('colour scales', () => {
  // matplotlib's published values at both ends, times 255 and cut off; OpenCV's for jet.
  it.each([
    ['viridis', 0, [0.267004, 0.004874, 0.329415]],
    ['viridis', 128, [0.127568, 0.566949, 0.550556]],
    ['viridis', 255, [0.993248, 0.906157, 0.143936]],
    ['inferno', 0, [0.001462, 0.000466, 0.013866]],
    ['inferno', 255, [0.988362, 0.998364, 0.644924]],
    ['magma', 255, [0.987053, 0.991438, 0.749504]],
    ['plasma', 0, [0.050383, 0.029803, 0.527975]],
    ['plasma', 255, [0.940015, 0.975158, 0.131326]],
    ['cividis', 0, [0, 0.135112, 0.304751]],
    ['cividis', 255, [0.995737, 0.909344, 0.217772]],
    ['turbo', 0, [0.18995, 0.07176, 0.23217]],
    ['turbo', 255, [0.4796, 0.01583, 0.01055]],
  ] as const)('%s at %i', (scale, step, values) => {
    expect(colour(scale, step)).toEqual(values.map((value) => Math.floor(value * 255)));
  });

  it.each([
    [0, [0, 0, 128]],
    [1, [0, 0, 132]],
    [64, [0, 128, 255]],
    [127, [126, 255, 130]],
    [128, [130, 255, 126]],
    [192, [255, 124, 0]],
    [255, [128, 0, 0]],
  ])('jet at %i', (step, values) => {
    expect(colour('jet', step)).toEqual(values);
  });

  // 1: single values that OpenCV and matplotlib round otherwise.
  it.each(['jet', 'diverging'] as const)('%s is that of Python, to a level', (scale) => {
    expect(difference(coloursOf(scale), bytesOf(golden.scales[scale]))).toBeLessThanOrEqual(1);
  });

  it.each(['viridis', 'inferno', 'magma', 'plasma', 'cividis', 'gray'] as const)(
    '%s grows brighter evenly',
    (scale) => {
      const all = Array.from({ length: 256 }, (_, step) => lightness(colour(scale, step)));
      const whole = (all[255] ?? 0) - (all[0] ?? 0);
      for (let step = 8; step < 256; step += 8) {
        const share = ((all[step] ?? 0) - (all[step - 8] ?? 0)) / whole;
        expect(share).toBeGreaterThan(0.008);
        expect(share).toBeLessThan(0.065);
      }
    },
  );

  it.each(colourScales)('%s has no jump', (scale) => {
    const table = coloursOf(scale);
    for (let i = 3; i < table.length; i++) expect(Math.abs((table[i] ?? 0) - (table[i - 3] ?? 0))).toBeLessThan(12);
  });

  it('refuses what it does not know', () => {
    expect(() => coloursOf('hot' as ColourScale)).toThrow(/"hot"; expected turbo, viridis/);
    expect(() => coloursOf(new Uint8Array(3))).toThrow(/768/);
  });
});

describe('colourise', () => {
  const row = heatmap(Float32Array.of(0, 0.3, 0.6, 1), 4, 1);
  it('gives each value its colour, and the weak less of it', () => {
    const { data } = colourise(row, { scale: 'gray', opacity: 1 });
    expect([...data]).toEqual([0, 0, 0, 0, 76, 76, 76, 127, 153, 153, 153, 255, 255, 255, 255, 255]);
    const flat = colourise(row, { scale: 'gray', opacity: 0.5, fade: false }).data;
    expect([3, 7, 11, 15].map((i) => flat[i])).toEqual([127, 127, 127, 127]);
  });
  it('shows a signed map from -1 to 1, fading around 0', () => {
    const { data } = colourise(heatmap(Float32Array.of(-1, 0, 1), 3, 1), { scale: 'diverging', opacity: 1 });
    const [blue, none, red] = [data.subarray(0, 4), data.subarray(4, 8), data.subarray(8, 12)];
    expect([...blue]).toEqual([...colour('diverging', 0), 255]);
    expect(none[3]).toBe(0);
    expect([...red]).toEqual([...colour('diverging', 255), 255]);
  });
  it('leaves out what is not known', () => {
    expect([...colourise(heatmap(Float32Array.of(NaN), 1, 1), { fade: false }).data]).toEqual([0, 0, 0, 0]);
  });
  it('refuses a raw map, a signed one on a plain scale, and a wrong opacity', () => {
    expect(() => colourise(heatmap(Float32Array.of(3), 1, 1))).toThrow(
      /holds 3; expected values from 0 to 1: use norm/,
    );
    expect(() => colourise(heatmap(Float32Array.of(-0.5), 1, 1))).toThrow(/diverging scale/);
    expect(() => colourise(heatmap(Float32Array.of(-3), 1, 1), { scale: 'diverging' })).toThrow(/'signed'/);
    expect(() => colourise(row, { opacity: 2 })).toThrow(/opacity is 2/);
  });
});

describe('showCamOnImage', () => {
  const { heat, overlays } = golden['pytorch-grad-cam'];
  const map = heatmap(Float32Array.from(heat), picture.width, picture.height);
  // 1: float32 sums are rounded in another order there.
  it.each(Object.entries(overlays))('is that of pytorch-grad-cam at a weight of %s', (weight, expected) => {
    const { data } = showCamOnImage(picture, map, Number(weight));
    expect(difference(data, opaque(expected))).toBeLessThanOrEqual(1);
    expect(data.filter((value, i) => value !== opaque(expected)[i]).length).toBeLessThan(data.length / 50);
  });
  it('refuses another size, range or weight', () => {
    expect(() => showCamOnImage(picture, heatmap(Float32Array.of(1), 1, 1))).toThrow(/map is 1 x 1, the picture 15/);
    expect(() => showCamOnImage(picture, { ...map, data: map.data.map(() => 2) })).toThrow(/holds 2/);
    expect(() => showCamOnImage(picture, map, 1.5)).toThrow(/imageWeight is 1.5/);
  });
});

describe('deprocessImage', () => {
  it('is z-scores times 0.1 around a middle grey', () => {
    // mean 1, standard deviation sqrt 3
    const { data, width, height } = deprocessImage(tensor(Float32Array.of(1, 1, 4, -2, 1, 1), [1, 3, 1, 2]));
    expect([width, height]).toEqual([2, 1]);
    const [high, low] = [3, -3].map((z) => Math.trunc(255 * ((z / (Math.sqrt(3) + 1e-5)) * 0.1 + 0.5)));
    expect([...data]).toEqual([127, high, 127, 255, 127, low, 127, 255]);
  });
  it('keeps within 0..1', () => {
    const one = new Float32Array(200);
    one[0] = 1;
    expect(deprocessImage(tensor(one, [1, 1, 10, 20])).data[0]).toBe(255);
  });
});
