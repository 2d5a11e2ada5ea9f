import { readFileSync } from 'node:fs';
import { tensor } from '@gradcam/core';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../src/npy.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}.npy`, import.meta.url));
const read = (name: string) => readNpy(fixture(name), `${name}.npy`);
const quarters = [0, 0.25, 0.5, 0.75, 1, 1.25];

describe('readNpy on what numpy wrote', () => {
  const shifted = [-3, -2, -1, 0, 1, 2];
  it.each([
    ['f4', quarters],
    ['f8', quarters],
    ['f2', quarters],
    ['v2', quarters],
    ['v3', quarters],
    ['big-f4', quarters],
    ['u1', [0, 1, 2, 3, 4, 5]],
    ['i8', shifted],
    ['big-i2', shifted],
    ['b1', [1, 0, 1, 0, 1, 0]],
  ])('%s', (name, values) => {
    expect(read(name).dims).toEqual([2, 3]);
    expect([...read(name).data]).toEqual(values);
  });

  it('reads Fortran order in C order', () => {
    expect(read('fortran')).toEqual({ dims: [2, 3, 4], data: Float32Array.from({ length: 24 }, (_, i) => i) });
  });

  it('reads scalars and vectors', () => {
    expect(read('scalar')).toEqual({ dims: [], data: Float32Array.of(7) });
    expect(read('one').dims).toEqual([3]);
  });

  it.each([
    ['complex', /complex\.npy holds c8 values/],
    ['text', /holds U1 values/],
    ['huge-int', /holds 16777217, which float32 cannot hold/],
  ])('refuses %s', (name, message) => {
    expect(() => read(name)).toThrow(message);
  });

  it('refuses what is cut off or something else', () => {
    expect(() => readNpy(fixture('f4').subarray(0, -1), 'x.npy')).toThrow(
      /23 bytes of data, but \[2,3\] of f4 wants 24/,
    );
    expect(() => readNpy(fixture('f4').subarray(0, 40), 'x.npy')).toThrow(/broken header/);
    expect(() => readNpy(new TextEncoder().encode('something else'), 'x.npy')).toThrow(/is not a .npy file/);
  });
});

describe('writeNpy', () => {
  it('writes the bytes that numpy writes', () => {
    expect(writeNpy(tensor(Float32Array.from(quarters), [2, 3]))).toEqual(Uint8Array.from(fixture('f4')));
    expect(writeNpy(tensor(Float32Array.of(0, 1, 2), [3]))).toEqual(Uint8Array.from(fixture('one')));
    expect(writeNpy(tensor(Float32Array.of(7), []))).toEqual(Uint8Array.from(fixture('scalar')));
  });
});
