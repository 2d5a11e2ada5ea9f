import { describe, expect, it } from 'vitest';
import { diagnose, type Features, type Findings, warningCodes } from '../src/index.ts';
import { layerNamed } from './layer.ts';

const features = (...values: number[]): Features => ({
  data: Float32Array.from(values),
  channels: 1,
  space: [2, 2],
  positions: 4,
});
const relu = layerNamed('relu', 'Relu', [null, 1, 2, 2]);
const sound: Findings = {
  layer: relu,
  score: { output: 'logits', kind: 'logit', activation: null },
  targetScore: 1,
  activation: features(0, 1, 2, 3),
  gradient: features(1, 1, 1, 1),
  map: Float32Array.of(0, 1, 2, 3),
};

const causes: readonly (readonly [string, Partial<Findings>])[] = [
  ['no-positive-evidence', { map: Float32Array.of(-1, 0, -2, 0) }],
  ['zero-gradient', { gradient: features(0, 0, 0, 0), map: new Float32Array(4) }],
  ['constant-activation', { activation: features(2, 2, 2, 2), map: Float32Array.of(2, 2, 2, 2) }],
  ['constant-map', { map: Float32Array.of(0.3, 0.3, 0.3, 0.3) }],
  ['non-finite-activation', { activation: features(0, Number.NaN, 2, 3), map: Float32Array.of(Number.NaN, 0, 0, 0) }],
  ['non-finite-gradient', { gradient: features(0, Infinity, 2, 3), map: Float32Array.of(Number.NaN, 0, 0, 0) }],
  ['non-finite-map', { map: Float32Array.of(0, Infinity, 1, 2) }],
  ['non-finite-score', { targetScore: Number.NaN }],
  ['squashed-score', { score: { output: 'p', kind: 'probability', activation: null } }],
  ['class-map', { layer: { ...relu, classMap: true } }],
  ['one-position', { map: Float32Array.of(3) }],
  ['dead-activation', { activation: features(0, 0, 0, 0), gradient: features(0, 0, 0, 0), map: new Float32Array(4) }],
  ['flat-target', { flat: 'the probability of class 3 is 1.000000' }],
  ['unread-tokens', { gradient: features(0, 0, 0, 0), prefixRead: true, map: new Float32Array(4) }],
  ['signed-activation', { activation: features(0, -1, 2, 3), method: { title: 'Grad-CAM++', expectsPositive: true } }],
  ['fails-sanity-checks', { method: { title: 'Guided', caution: 'its map hardly changes with the class' } }],
];

describe('diagnose', () => {
  it('says nothing about a sound map', () => {
    expect(diagnose(sound)).toEqual([]);
  });

  it.each(causes)('finds %s', (code, change) => {
    const codes = diagnose({ ...sound, ...change }).map((warning) => warning.code);
    expect(codes[0]).toBe(code);
    expect(codes.filter((other) => other !== code && other !== 'constant-map')).toEqual([]);
  });

  it('says what was seen and what to do, differently for each', () => {
    const messages = causes.map(([, change]) => diagnose({ ...sound, ...change })[0]?.message ?? '');
    expect(new Set(messages).size).toBe(causes.length);
    for (const message of messages) expect(message.length).toBeGreaterThan(40);
  });

  it('has a test for each code', () => {
    // Told by what has several maps or writes JSON: see several.test.ts and explain.test.ts.
    const elsewhere = ['disjoint-layers', 'null-number'];
    expect(new Set([...causes.map(([code]) => code), ...elsewhere])).toEqual(new Set(Object.keys(warningCodes)));
  });
});
