import { describe, expect, test } from 'vitest';
import { AutodiffError, augment, externalFiles } from '../src/index.ts';
import { type Constant, model, rawBytes } from './models/build.ts';

const at = (location: string, more: { offset?: string; length?: string } = {}): Uint8Array =>
  model({
    opset: 17,
    inputs: { x: ['N', 2] },
    constants: { w: { dims: [2, 2], values: [], external: { location, ...more } } },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: { y: ['N', 2] },
  });

describe('weights beside the model', () => {
  test.each([
    '/etc/passwd',
    '../secret',
    '..',
    'a/../../secret',
    'a/..',
    '..\\secret',
    'a\\..\\..\\secret',
    '\\\\server\\share\\file',
    'C:\\secret',
    'C:secret',
    'c:/secret',
    'file:///etc/passwd',
    '//server/file',
    'a//b',
    'a/',
    '',
    'a\0b',
    '.. /secret',
    ' ../secret',
    './w.bin',
    '/proc/self/environ',
  ])('nothing outside of its folder: %j', (location) => {
    for (const open of [augment, externalFiles])
      expect(() => open(at(location))).toThrow(expect.objectContaining({ code: 'bad-model' }) as AutodiffError);
    expect(() => externalFiles(at(location))).toThrow(/expected a file beside the model/);
  });

  test.each(['weights.bin', 'model.onnx.data', 'parts/w 1.bin', '...', 'ü.bin'])('%j is fine', (location) => {
    expect([...externalFiles(at(location)).keys()]).toEqual([location]);
    expect(() => augment(at(location), { of: 'y', wrt: 'x' })).not.toThrow();
  });

  test('lists what is read from each file, and checks its length', () => {
    const bytes = at('w', { offset: '4', length: '16' });
    expect(externalFiles(bytes).get('w')).toEqual([{ tensor: 'w', location: 'w', offset: 4, length: 16 }]);
    expect(() => externalFiles(bytes, new Map([['w', new Uint8Array(20)]]))).not.toThrow();
    expect(() => externalFiles(bytes, new Map([['w', new Uint8Array(19)]]))).toThrow(
      /bytes 4 to 20 of w, which has 19/,
    );
    expect(() => externalFiles(at('w', { offset: '-1' }))).toThrow(/offset "-1"/);
    expect(() => externalFiles(at('w', { length: '99999999999999999999' }))).toThrow(AutodiffError);
  });

  test('constants that a rule needs are read from there', () => {
    const axes: Constant = {
      type: 'int64',
      dims: [1],
      values: [1],
      external: { location: 'w', offset: '8', length: '8' },
    };
    const bytes = model({
      opset: 18,
      inputs: { x: ['N', 2] },
      constants: { axes },
      nodes: [['ReduceMax', ['x', 'axes'], ['y']]],
      outputs: { y: ['N', 1] },
    });
    const data = new Uint8Array([...rawBytes('int64', [7]), ...rawBytes('int64', [1])]);
    const options = { of: 'y', wrt: 'x', externalData: new Map([['w', data]]) };
    expect(augment(bytes, options).gradients.size).toBe(1);
  });
});
