import { describe, expect, it } from 'vitest';
import { parseLabels } from './labels.ts';

describe('parseLabels', () => {
  it.each([
    ['one a line', 'cat\r\ndog\n', ['cat', 'dog']],
    ['WordNet ids', 'n01440764 tench, Tinca tinca\nn01443537 goldfish\n', ['tench, Tinca tinca', 'goldfish']],
    ['a byte order mark', '\uFEFFcat\ndog', ['cat', 'dog']],
    ['an empty line keeps its place', 'cat\n\ndog', ['cat', '', 'dog']],
    ['an array', '["cat", "dog"]', ['cat', 'dog']],
    ['names by index', '{"1": "dog", "0": "cat"}', ['cat', 'dog']],
    ['indices by name', '{"dog": 1, "cat": 0}', ['cat', 'dog']],
    ["Keras's pairs", '{"0": ["n01", "cat"], "1": ["n02", "dog"]}', ['cat', 'dog']],
  ])('%s', (_, text, labels) => {
    expect(parseLabels(text, 'labels')).toEqual(labels);
  });

  it('refuses what is not names', () => {
    expect(() => parseLabels('["cat", 3]', 'x.json')).toThrow(/the labels x.json are not names/);
    expect(() => parseLabels('[cat', 'x.json')).toThrow(/begin like JSON/);
    expect(() => parseLabels('{"cat": "dog"}', 'x.json')).toThrow(/are not names/);
  });
});
