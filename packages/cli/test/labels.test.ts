import { describe, expect, it } from 'vitest';
import { classOf } from '../src/labels.ts';

describe('classOf', () => {
  const labels = ['tabby, tabby cat', 'tiger cat', 'tiger, Panthera tigris', 'dog', 'crane', 'crane'];
  it.each([
    ['dog', 3],
    ['DOG', 3],
    ['tiger', 2],
    ['tabby cat', 0],
    ['panthera', 2],
  ])('%s', (word, index) => {
    expect(classOf(word, labels)).toBe(index);
  });

  it('lists the candidates of an ambiguous name', () => {
    expect(() => classOf('cat', labels)).toThrow(
      '"cat" fits 2 classes: 0 "tabby, tabby cat", 1 "tiger cat"; give the index',
    );
    expect(() => classOf('crane', labels)).toThrow('4 "crane", 5 "crane"');
  });

  it('suggests the closest', () => {
    expect(() => classOf('tigger', labels)).toThrow('did you mean tiger?');
    expect(() => classOf('umbrella', labels)).toThrow(
      'expected top, an index, or one of 6 labels like "tabby, tabby cat"',
    );
  });
});
