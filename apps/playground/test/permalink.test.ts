import { describe, expect, test } from 'vitest';
import { hashOf, viewIn } from '../src/permalink.ts';

describe('the address of a view', () => {
  test.each([
    [{ scene: 'fish-and-star', target: null, layer: null, method: null }, '#scene=fish-and-star'],
    [
      { scene: 'fish-and-star', target: 'star', layer: 'block4', method: 'layer-cam' },
      '#scene=fish-and-star&class=star&layer=block4&method=layer-cam',
    ],
    [
      { scene: 's', target: 'a & b', layer: '/net/Relu_1', method: null },
      '#scene=s&class=a+%26+b&layer=%2Fnet%2FRelu_1',
    ],
  ])('%o', (view, hash) => {
    expect(hashOf(view)).toBe(hash);
    expect(viewIn(hash)).toEqual(view);
  });

  test('none without a scene', () => {
    expect(viewIn('')).toBeNull();
    expect(viewIn('#class=star')).toBeNull();
  });
});
