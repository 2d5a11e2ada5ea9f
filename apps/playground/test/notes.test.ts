import { expect, test } from 'vitest';
import { notesBeside } from '../src/worker/notes.ts';

const file = (name: string, content: unknown): File =>
  new File([typeof content === 'string' ? content : JSON.stringify(content)], name);

test.each([
  ['a list of labels', file('labels.txt', 'cat\ndog\n'), { labels: ['cat', 'dog'] }],
  [
    'a preset by its name',
    file('preprocess.json', 'imagenet'),
    { preprocess: { config: 'imagenet', from: 'preprocess.json' } },
  ],
  [
    "transformers' configuration",
    file('preprocessor_config.json', { do_resize: true }),
    { preprocess: { config: { do_resize: true }, from: 'preprocessor_config.json' } },
  ],
  ["transformers' classes", file('config.json', { id2label: { 0: 'cat', 1: 'dog' } }), { labels: ['cat', 'dog'] }],
  [
    "Teachable Machine's classes and pictures",
    file('metadata.json', { labels: ['cat', 'dog'] }),
    {
      labels: ['cat', 'dog'],
      preprocess: { config: 'teachable-machine', from: 'metadata.json' },
    },
  ],
  ["somebody else's metadata", file('metadata.json', { author: 'me' }), {}],
  ['a file that tells nothing', file('weights.bin', ''), {}],
])('%s', async (_, note, told) => {
  expect(await notesBeside([note])).toEqual(told);
});

test('names the file that is not understood', async () => {
  await expect(notesBeside([file('preprocess.json', '{ "scale": ')])).rejects.toThrow(
    /^preprocess.json is not understood/,
  );
});
