import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { project, root, succeeded } from './packed.ts';

/** Blocks that begin with "```ts runnable". */
function snippets(page: string): string[] {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/^```ts runnable\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, block = '']) => block);
}

/** What the snippets say they are given: the content of a model file, and a picture. */
const given = `
import { readFileSync } from 'node:fs';
globalThis.bytes = new Uint8Array(readFileSync(${JSON.stringify(join(root, 'models/shapes/model.onnx'))}));
globalThis.model = globalThis.bytes;
const data = Uint8ClampedArray.from({ length: 4 * 120 * 90 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7919) % 256));
globalThis.picture = { data, width: 120, height: 90 };
`;

/** The same for TypeScript, as a strict project would have it. */
const declared = `
declare global {
  var bytes: Uint8Array;
  var model: Uint8Array;
  var picture: { data: Uint8ClampedArray; width: number; height: number };
}
export {};
`;

const pages = ['README.md', 'packages/core/README.md', 'packages/onnx/README.md', 'packages/onnx-autodiff/README.md'];
const cases = pages.flatMap((page) => snippets(page).map((code, index) => ({ page, number: index + 1, code })));

describe('the packages, packed and installed into an empty project', () => {
  let folder = '';
  beforeAll(() => {
    folder = project(['core', 'onnx-autodiff', 'onnx', 'tfjs', 'cli'], {
      cli: [
        'onnxruntime-node',
        'onnxruntime-web',
        'onnxruntime-common',
        'sharp',
        '@types/node',
        '@tensorflow/tfjs-core',
      ],
    });
    writeFileSync(join(folder, 'given.mjs'), given);
    writeFileSync(join(folder, 'given.d.ts'), declared);
  }, 120_000);

  it('each page has a snippet', () => {
    expect(new Set(cases.map(({ page }) => page))).toEqual(new Set(pages));
  });

  it.each(cases)('$page, snippet $number', ({ page, number, code }) => {
    const name = `${page.replaceAll(/\W/g, '-')}-${number}.mjs`;
    writeFileSync(join(folder, name), code);
    const out = succeeded(process.execPath, ['--import', './given.mjs', name], folder);
    expect(out.trim()).not.toBe('');
    expect(out).not.toMatch(/NaN|undefined/);
  });

  it('the snippets are TypeScript', () => {
    const files = cases.map(({ page, number, code }) => {
      const name = `${page.replaceAll(/\W/g, '-')}-${number}.ts`;
      writeFileSync(join(folder, name), code);
      return name;
    });
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(succeeded(process.execPath, [tsc, ...flags, 'given.d.ts', ...files], folder)).toBe('');
  });

  it('the command', () => {
    const command = join(folder, 'node_modules/@gradcam/cli/dist/bin.js');
    const version = succeeded(process.execPath, [command, '--version'], folder);
    expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
    const scene = join(root, 'models/shapes/scenes/fish-and-star.png');
    const out = succeeded(
      process.execPath,
      [command, 'explain', join(root, 'models/shapes/model.onnx'), scene],
      folder,
    );
    expect(out).toContain('wrote fish-and-star-gradcam.png');
  });

  it('holds what a user needs and nothing else', () => {
    for (const name of ['core', 'onnx', 'onnx-autodiff', 'tfjs', 'cli']) {
      const files = succeeded('tar', ['-tzf', `gradcam-${name}-0.0.0.tgz`], folder)
        .trim()
        .split('\n');
      for (const file of ['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']) {
        expect([name, files]).toEqual([name, expect.arrayContaining([`package/${file}`])]);
      }
      expect(files.filter((file) => /\/(test|src|bench)\/|\.test\.|tsbuildinfo/.test(file))).toEqual([]);
    }
  });
});
