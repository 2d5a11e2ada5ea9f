import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { project, root, succeeded } from './packed.ts';

const packages = ['core', 'onnx-autodiff', 'onnx', 'tfjs', 'cli', 'conformance'];
/** What they, and the snippets, ask for. */
const modules = [
  'onnxruntime-node',
  'onnxruntime-web',
  'onnxruntime-common',
  'sharp',
  'vitest',
  '@types/node',
  ...['core', 'layers', 'converter', 'backend-cpu', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}`),
];
const pageOf = (name: string): string => `packages/${name}/README.md`;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Blocks that begin with "```<language> runnable". */
function snippets(page: string, language: string): string[] {
  const blocks = read(page).matchAll(new RegExp(`^\`\`\`${language} runnable\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, block = '']) => block);
}

/** What the snippets say they are given: the content of a model file, a picture, its pixels. */
const given = `
import { readFileSync } from 'node:fs';
globalThis.bytes = new Uint8Array(readFileSync(${JSON.stringify(join(root, 'models/shapes/model.onnx'))}));
globalThis.model = globalThis.bytes;
const data = Uint8ClampedArray.from({ length: 4 * 120 * 90 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7919) % 256));
globalThis.picture = { data, width: 120, height: 90 };
globalThis.pixels = new Float32Array(3 * 96 * 96).map((_, i) => Math.sin(i));
`;

/** The same for TypeScript, as a strict project would have it. */
const declared = `
declare global {
  var bytes: Uint8Array;
  var model: Uint8Array;
  var picture: { data: Uint8ClampedArray; width: number; height: number };
  var pixels: Float32Array;
}
export {};
`;

const pages = ['README.md', ...['core', 'onnx-autodiff', 'onnx', 'tfjs', 'conformance'].map(pageOf)];
const cases = pages.flatMap((page) =>
  snippets(page, 'ts').map((code, i) => ({ page, code, number: i + 1, file: `${page.replaceAll(/\W/g, '-')}-${i}` })),
);
const suites = cases.filter(({ page }) => page === pageOf('conformance'));

// your.site, with models/shapes on it
const site = createServer(({ url = '' }, response) => {
  response.end(readFileSync(join(root, 'models/shapes/tfjs', basename(url))));
});

describe('the packages, packed and installed by npm into an empty project', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await project(packages, modules);
    writeFileSync(join(folder, 'given.mjs'), given);
    writeFileSync(join(folder, 'given.d.ts'), declared);
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => site.close());

  it('each page has a snippet', () => {
    expect(new Set(cases.map(({ page }) => page))).toEqual(new Set(pages));
    expect(snippets(pageOf('cli'), 'sh')).not.toEqual([]);
  });

  it.each(cases.filter((one) => !suites.includes(one)))('$page, snippet $number', async ({ code, file }) => {
    const { port } = site.address() as AddressInfo;
    // maps that nobody prints are looked at too
    const shown = code.includes('[explanation] =')
      ? '\nconsole.log(explanation.map.dims, explanation.map.data);\n'
      : '';
    writeFileSync(
      join(folder, `${file}.mjs`),
      code.replaceAll('https://your.site', `http://127.0.0.1:${port}`) + shown,
    );
    const out = await succeeded(process.execPath, ['--import', './given.mjs', `${file}.mjs`], folder);
    expect(out.trim()).not.toBe('');
    expect(out).not.toMatch(/NaN|undefined/);
    if (shown) expect(out).toContain('12, 12');
  });

  it.each(suites)('$page, snippet $number: a suite', async ({ code, file }) => {
    writeFileSync(join(folder, `${file}.test.js`), code);
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
    // one network of twenty-seven; all of them are run elsewhere
    const args = [vitest, 'run', '--reporter=json', '-t', 'a residual block', `${file}.test.js`];
    const report = JSON.parse(await succeeded(process.execPath, args, folder)) as Record<string, number>;
    expect(report).toMatchObject({ numPassedTests: 11, numFailedTests: 0 });
  });

  it('the snippets are TypeScript', async () => {
    const files = cases.map(({ file, code }) => {
      writeFileSync(join(folder, `${file}.ts`), code);
      return `${file}.ts`;
    });
    const strict = ['--noEmit', '--strict', '--skipLibCheck', '--types', 'node'];
    const flags = [...strict, '--module', 'nodenext', '--target', 'es2022'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(await succeeded(process.execPath, [tsc, ...flags, 'given.d.ts', ...files], folder)).toBe('');
  });

  const commands = snippets(pageOf('cli'), 'sh').flatMap((block) => block.trim().split('\n'));
  it.each(commands)('packages/cli/README.md: %s', async (line) => {
    const [command = '', ...args] = line.replaceAll(' models/', ` ${join(root, 'models')}/`).split(' ');
    expect(await succeeded(join(folder, 'node_modules/.bin', command), args, folder)).not.toBe('');
  });

  it.each(['model.onnx', 'tfjs/model.json'])('gradcam explain models/shapes/%s', async (model) => {
    const args = ['explain', join(root, 'models/shapes', model), join(root, 'models/shapes/scenes/fish-and-star.png')];
    const out = await succeeded(join(folder, 'node_modules/.bin/gradcam'), args, folder);
    expect(out).toContain('wrote fish-and-star-gradcam.png');
  });

  it.each(packages)('%s holds what a user needs and nothing else', async (name) => {
    const archive = `gradcam-${name}-0.0.0.tgz`;
    const files = (await succeeded('tar', ['-tzf', archive], folder)).trim().split('\n');
    for (const file of ['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']) {
      expect(files).toContain(`package/${file}`);
    }
    expect(files.filter((file) => /\/(test|src|bench)\/|\.test\.|tsbuildinfo/.test(file))).toEqual([]);
    expect(read(`packages/${name}/LICENSE`)).toBe(read('LICENSE'));
  });
});
