import { expect, test } from 'vitest';
import { onlyNotes, sorted } from '../src/file-kinds.ts';

const file = (name: string, type = ''): File => new File([], name, { type });
const names = (files: readonly File[]): string[] => files.map(({ name }) => name);

test.each([
  ['a picture by its type', [file('photo', 'image/webp')], ['photo'], [], true],
  ['a picture by its name', [file('PHOTO.JPG')], ['PHOTO.JPG'], [], true],
  [
    'a model with a picture',
    [file('a.png'), file('model.json'), file('weights.bin')],
    ['a.png'],
    ['model.json', 'weights.bin'],
    false,
  ],
  ['labels for the model that is open', [file('labels.txt')], [], ['labels.txt'], true],
  ['class names by any name', [file('synset.txt')], [], ['labels.txt'], true],
  ['a text beside a model', [file('readme.txt'), file('m.onnx')], [], ['readme.txt', 'm.onnx'], false],
  ['labels with their model', [file('labels.txt'), file('m.onnx')], [], ['labels.txt', 'm.onnx'], false],
])('%s', (_, files, pictures, model, leaves) => {
  const found = sorted(files);
  expect([names(found.pictures), names(found.model)]).toEqual([pictures, model]);
  expect(onlyNotes(found.model)).toBe(leaves);
});
