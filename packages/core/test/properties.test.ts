import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose, type Features, type Method, mapOf, methods, xoshiro128 } from '../src/index.ts';
import { layerNamed } from './layer.ts';

fc.configureGlobal({ seed: 20 });

const simple = methods.filter((method) => method.kind !== 'probe' && method.name !== 'cam');
const conv = layerNamed('layer', 'Conv', []);
const score = { output: 'logits', kind: 'logit', activation: null } as const;

function features(data: Float32Array, channels: number, space: readonly number[]): Features {
  return { data, channels, space, positions: data.length / channels };
}

function mapBy(method: Method, activation: Features, gradient: Features): Float32Array {
  if (method.kind === 'probe') throw new Error('needs a model');
  if (method.kind === 'gradient') return mapOf(method.explain(activation, gradient), activation);
  return mapOf(method.explain(activation, { random: xoshiro128(1) }), activation);
}

const shape = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }));
const pair = fc.tuple(shape, fc.integer()).map(([[channels, height, width], seed]) => {
  const { normal } = xoshiro128(seed);
  const draw = (floor: number): Features =>
    features(
      Float32Array.from({ length: channels * height * width }, () => Math.max(floor, normal())),
      channels,
      [height, width],
    );
  return { activation: draw(0), gradient: draw(-Infinity) };
});

function closeTo(found: Float32Array, expected: Float32Array, tolerance: number): void {
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThanOrEqual(tolerance * largest + 1e-12);
  });
}

const scaled = (maps: Features, by: number): Features => ({ ...maps, data: maps.data.map((value) => value * by) });
const reversed = ({ data, channels, positions, space }: Features): Features =>
  features(
    data.map((_, at) => data[(channels - 1 - Math.floor(at / positions)) * positions + (at % positions)] ?? 0),
    channels,
    space,
  );

const linearInGradient = [
  'grad-cam',
  'hires-cam',
  'element-wise',
  'layer-cam',
  'xgrad-cam',
  'finer-cam',
  'saliency',
  'gradient-x-input',
  'guided-backprop',
  'eigen-grad-cam',
  'seg-eigen-cam',
];
const linearInActivation = [
  'eigen-cam',
  'fem',
  'fem-xplique',
  'random-cam',
  'sobel',
  'grad-cam',
  'hires-cam',
  'layer-cam',
];

describe.each(simple.filter(({ name }) => linearInGradient.includes(name)))('$name', (method) => {
  it('scales with the gradient, however small', () => {
    fc.assert(
      fc.property(pair, fc.constantFrom(2 ** -40, 2 ** -10, 2 ** 10), ({ activation, gradient }, by) => {
        const expected = mapBy(method, activation, gradient).map((value) => value * by);
        closeTo(mapBy(method, activation, scaled(gradient, by)), expected, 1e-6);
      }),
    );
  });
});

describe.each(simple.filter(({ name }) => linearInActivation.includes(name)))('$name', (method) => {
  it('scales with the activation, however small', () => {
    fc.assert(
      fc.property(pair, fc.constantFrom(2 ** -40, 2 ** -10, 2 ** 10), ({ activation, gradient }, by) => {
        const expected = mapBy(method, activation, gradient).map((value) => value * by);
        closeTo(mapBy(method, scaled(activation, by), gradient), expected, 1e-6);
      }),
    );
  });
});

// Random-CAM draws a weight per channel, Sobel weighs red, green and blue.
const symmetric = simple.filter(({ name }) => name !== 'random-cam' && name !== 'sobel');

describe.each(symmetric)('$name', (method) => {
  it('does not mind the order of the channels', () => {
    fc.assert(
      fc.property(pair, ({ activation, gradient }) => {
        const expected = mapBy(method, activation, gradient);
        closeTo(
          mapBy(method, reversed(activation), reversed(gradient)),
          expected,
          method.name.startsWith('eigen') ? 1e-3 : 1e-5,
        );
      }),
    );
  });
});

describe.each(simple)('$name', (method) => {
  it('gives no NaN or Infinity without a warning', () => {
    const spoilt = fc.constantFrom(Number.NaN, Infinity, -Infinity, 3e38, 0);
    fc.assert(
      fc.property(pair, spoilt, spoilt, ({ activation, gradient }, a, g) => {
        activation.data[0] = a;
        gradient.data[0] = g;
        const map = mapBy(method, activation, gradient);
        const warnings = diagnose({ layer: conv, score, targetScore: 0, activation, gradient, map });
        expect(map.every(Number.isFinite) || warnings.some(({ code }) => code.startsWith('non-finite'))).toBe(true);
      }),
    );
  });

  it('takes 4096 channels, and zeros', () => {
    const { normal } = xoshiro128(9);
    const many = features(Float32Array.from({ length: 4096 * 6 }, normal), 4096, [2, 3]);
    expect(mapBy(method, many, many).every(Number.isFinite)).toBe(true);
    const none = features(new Float32Array(12), 2, [2, 3]);
    expect([...mapBy(method, none, none)].every((value) => value === 0)).toBe(true);
  });
});
