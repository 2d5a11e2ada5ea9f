import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../src/npy.ts';
import { fixture, folder, gradcam } from './capture.ts';

const dims = (...sizes: number[]) =>
  writeNpy({
    dims: sizes,
    data: Float32Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, (_, i) => (i % 7) / 7),
  });

/** A folder with a good model, picture and array, and the broken relatives of each. */
async function prepared(): Promise<string> {
  const cwd = folder();
  for (const name of readdirSync(fixture('.')))
    if (/\.(onnx|npy)$/.test(name)) copyFileSync(fixture(name), join(cwd, name));
  const model = readFileSync(fixture('small.onnx'));
  writeFileSync(join(cwd, 'truncated.onnx'), model.subarray(0, model.length - 100));
  writeFileSync(
    join(cwd, 'random.onnx'),
    Uint8Array.from({ length: 999 }, (_, i) => (i * i * 31 + 7 * i) & 255),
  );
  writeFileSync(join(cwd, 'text.onnx'), 'this is only text\n');
  writeFileSync(join(cwd, 'empty.onnx'), '');
  writeFileSync(join(cwd, 'ort.onnx'), Uint8Array.of(36, 0, 0, 0, 79, 82, 84, 77, ...model.subarray(8)));
  writeFileSync(join(cwd, 'model.pth'), model);
  const picture = await sharp({ create: { width: 20, height: 12, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  writeFileSync(join(cwd, 'red.png'), picture);
  writeFileSync(join(cwd, 'cut.png'), picture.subarray(0, picture.length - 30));
  writeFileSync(join(cwd, 'words.jpg'), 'not a picture');
  writeFileSync(join(cwd, 'nothing.png'), '');
  writeFileSync(join(cwd, 'file'), 'in the way');
  mkdirSync(join(cwd, 'bare'));
  writeFileSync(join(cwd, 'good.npy'), dims(1, 3, 8, 8));
  writeFileSync(join(cwd, 'two.npy'), dims(2, 3, 8, 8));
  writeFileSync(join(cwd, 'large.npy'), dims(1, 3, 9, 9));
  writeFileSync(join(cwd, 'gray.npy'), dims(1, 1, 8, 8));
  writeFileSync(join(cwd, 'flat.npy'), dims(3, 8, 8));
  return cwd;
}

const listing = (cwd: string): string[] => readdirSync(cwd, { recursive: true }).map(String).toSorted();

const cases: readonly (readonly [string, string, number, RegExp])[] = [
  ['no arguments', 'explain', 2, /explain wants a model, and pictures.*got nothing/],
  ['no picture', 'explain small.onnx', 2, /got "small.onnx"/],
  ['an unknown command', 'explian small.onnx red.png', 2, /unknown command explian; did you mean explain\?/],
  ['an unknown option', 'explain small.onnx red.png --metod cam', 2, /unknown option --metod; did you mean --method\?/],
  [
    'an option without its value',
    'explain small.onnx red.png --layer --json -',
    2,
    /--layer has no value; expected --layer <name>/,
  ],
  ['an option given twice', 'explain small.onnx red.png --out a --out b', 2, /--out is given twice/],
  [
    'several samples for one picture',
    'explain small.onnx two.npy --out x.png --npy arrays',
    2,
    /--out x.png is one file, but there are 2 results; expected a folder/,
  ],
  [
    'an unknown method',
    'explain small.onnx red.png --method grad-cm',
    2,
    /--method is "grad-cm"; expected one of .*did you mean grad-cam\?/,
  ],
  [
    'a runtime that does not fit',
    'explain small.onnx red.png --runtime cpu',
    2,
    /--runtime cpu does not run .onnx files; expected node or wasm/,
  ],
  [
    'an unknown preset',
    'explain small.onnx red.png --preprocess imagnet',
    2,
    /expected unit, .*did you mean imagenet\?/,
  ],
  [
    'unknown colours',
    'explain small.onnx red.png --scale virids',
    2,
    /--scale is "virids"; expected one of turbo.*did you mean viridis\?/,
  ],
  ['an opacity', 'explain small.onnx red.png --opacity 60', 2, /--opacity is "60"; expected a number from 0 to 1/],
  ['a contour', 'explain small.onnx red.png --contour half', 2, /--contour is "half"; expected a number from 0 to 1/],
  ['a missing model', 'explain none.onnx red.png', 3, /cannot read the model none.onnx: there is no such file/],
  [
    'a model of another kind',
    'explain model.pth red.png',
    3,
    /model.pth is not a model.*expected a file that ends in .onnx/,
  ],
  ['a truncated model', 'explain truncated.onnx red.png', 3, /(truncated|random|text|empty).onnx: not .*ONNX/],
  ['random bytes', 'explain random.onnx red.png', 3, /(truncated|random|text|empty).onnx: not .*ONNX/],
  ['a text file', 'explain text.onnx red.png', 3, /(truncated|random|text|empty).onnx: not .*ONNX/],
  ['an empty model', 'explain empty.onnx red.png', 3, /(truncated|random|text|empty).onnx: not .*ONNX/],
  ['an ORT-format file', 'explain ort.onnx red.png', 3, /ORT/],
  ['a cyclic graph', 'explain cyclic.onnx red.png', 3, /the graph has a cycle through add, relu/],
  ['duplicate names', 'explain duplicate.onnx red.png', 3, /two node outputs are called features/],
  ['absurd dimensions', 'explain absurd.onnx red.png', 3, /1099511627776/],
  [
    'an unknown layer',
    'explain small.onnx red.png --layer activ',
    2,
    /there is no layer "activ"; did you mean "active"\?/,
  ],
  ['a layer off the path', 'explain side.onnx red.png --layer aside', 2, /the score does not depend on aside/],
  [
    'operators without a rule',
    'explain no-rule.onnx red.png --layer features',
    4,
    /second \(com.microsoft.MaxpoolWithMask, opset 1\).*first \(com.microsoft.MaxpoolWithMask, opset 1\)/,
  ],
  ['a class that is not there', 'explain small.onnx red.png --target 3', 2, /class 3 does not exist.*from 0 to 2/],
  ['a label without labels', 'explain small.onnx red.png --target cat', 2, /there are no labels; give --labels/],
  [
    'a wrong label',
    'explain labelled.onnx red.png --target gren',
    2,
    /no class is called "gren"; did you mean green\?/,
  ],
  ['missing labels', 'explain small.onnx red.png --labels none.txt', 3, /cannot read the labels none.txt/],
  ['a missing picture', 'explain small.onnx none.png', 3, /cannot read none.png: there is no such file/],
  ['a cut-off picture', 'explain small.onnx cut.png', 3, /cut.png is damaged or cut off/],
  ['a picture that is none', 'explain small.onnx words.jpg', 3, /words.jpg is not a picture that can be read/],
  ['an empty picture', 'explain small.onnx nothing.png', 3, /nothing.png is empty/],
  ['a folder without pictures', 'explain small.onnx bare', 3, /the folder bare holds no pictures/],
  [
    'an array of the wrong size',
    'explain small.onnx large.npy',
    3,
    /large.npy has dims \[1, 3, 9, 9\]; expected \[N, 3, 8, 8\]/,
  ],
  ['an array of the wrong channels', 'explain small.onnx gray.npy', 3, /dims \[1, 1, 8, 8\]; expected \[N, 3, 8, 8\]/],
  [
    'an array without its batch',
    'explain small.onnx flat.npy',
    3,
    /flat.npy has dims \[3, 8, 8\]; expected \[N, 3, .*\], the batch first/,
  ],
  [
    'NaN in the input',
    'explain small.onnx nan.npy',
    3,
    /nan.npy: 192 of 192 values of picture are not finite \(NaN at/,
  ],
  [
    'an output in the way of a file',
    'explain small.onnx good.npy --out file/x.png',
    3,
    /cannot write .*a part of the path is a file/,
  ],
  ['an unwritable report', 'explain small.onnx good.npy --json file/x.json', 3, /cannot write/],
  ['a report where a folder is', 'explain small.onnx good.npy --json bare', 3, /cannot write .*it is a folder/],
  ['an unwritable folder of arrays', 'explain small.onnx good.npy --npy file', 3, /cannot write/],
  [
    'an output over the input',
    'explain small.onnx red.png --out red.png --preprocess unit',
    2,
    /would overwrite the input red.png/,
  ],
  [
    'one file for several results',
    'explain small.onnx red.png good.npy --out x.png',
    2,
    /there are 2 results; expected a folder/,
  ],
  ['an output of an unknown kind', 'explain small.onnx red.png --out x.bmp', 2, /--out x.bmp is no kind of picture/],
];

describe('bad input: the exit code, one clear line, and nothing half-written', () => {
  it.each(cases)('%s', async (_, line, code, message) => {
    const cwd = await prepared();
    const before = listing(cwd);
    const argv = line.split(' ');
    const done = await gradcam(
      cwd,
      line.includes('--preprocess') || argv[0] !== 'explain' ? argv : [...argv, '--preprocess', 'unit'],
    );
    expect(done.stderr).toMatch(message);
    expect(done.stderr).toMatch(/^gradcam: [^\n]+\n$/);
    expect(done.stderr).not.toMatch(/undefined|\[object|our bug|a bug of ours/);
    expect(done.stdout).toBe('');
    expect(done.code).toBe(code);
    expect(listing(cwd)).toEqual(before);
  });
});

describe('one bad picture among good ones', () => {
  it('is reported, and the rest is done', async () => {
    const cwd = await prepared();
    const done = await gradcam(cwd, [
      'explain',
      'small.onnx',
      'cut.png',
      'red.png',
      '--preprocess',
      'unit',
      '--out',
      'maps',
    ]);
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/^gradcam: cut.png is damaged[^\n]+\n$/);
    expect(listing(join(cwd, 'maps'))).toEqual(['red.png']);
  });
});

describe('an interruption', () => {
  it('exits with 130 and leaves nothing', async () => {
    const cwd = await prepared();
    const before = listing(cwd);
    const done = await gradcam(cwd, ['explain', 'small.onnx', 'red.png', '--out', 'x.png'], AbortSignal.abort());
    expect(done).toEqual({ code: 130, stdout: '', stderr: 'gradcam: interrupted\n' });
    expect(listing(cwd)).toEqual(before);
  });
});
