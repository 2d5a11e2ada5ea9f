import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Which packages of this repository a package may import; the ones that run in browsers import nothing of Node either. */
const allowed: Readonly<Record<string, { readonly packages: readonly string[]; readonly browser: boolean }>> = {
  core: { packages: [], browser: true },
  'onnx-autodiff': { packages: [], browser: true },
  onnx: { packages: ['@gradcam/core', '@gradcam/onnx-autodiff'], browser: true },
  tfjs: { packages: ['@gradcam/core'], browser: true },
  conformance: { packages: ['@gradcam/core'], browser: true },
  cli: { packages: ['@gradcam/core', '@gradcam/onnx', '@gradcam/onnx-autodiff', '@gradcam/tfjs'], browser: false },
};

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, module = '']) => module);

/** What a page may import: public entry points, which a name without a path is. */
const apps: readonly { readonly name: string; readonly packages: readonly string[] }[] = [
  { name: 'playground', packages: ['@gradcam/onnx', '@gradcam/tfjs'] },
];

const tooLong = (files: readonly string[]): string[] =>
  files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 301).map((file) => relative(root, file));

const present = Object.keys(allowed).filter((name) => existsSync(join(root, 'packages', name, 'src')));

describe.each(present)('%s', (name) => {
  const rule = allowed[name] as (typeof allowed)[string];
  const files = sources(join(root, 'packages', name, 'src')).filter((file) => !file.endsWith('.test.ts'));

  test('imports only what the table allows', () => {
    const wrong = files.flatMap((file) =>
      importsOf(readFileSync(file, 'utf8'))
        .filter(
          (module) =>
            (module.startsWith('@gradcam/') && !rule.packages.includes(module.split('/', 2).join('/'))) ||
            (rule.browser && module.startsWith('node:')),
        )
        .map((module) => `${relative(root, file)} imports ${module}`),
    );
    expect(wrong).toEqual([]);
  });

  test('has no file over 300 lines', () => {
    const all = [
      ...files,
      ...(existsSync(join(root, 'packages', name, 'test')) ? sources(join(root, 'packages', name, 'test')) : []),
    ];
    expect(tooLong(all)).toEqual([]);
  });
});

describe.each(apps)('the app $name', ({ name, packages }) => {
  const folder = join(root, 'apps', name);
  const files = sources(join(folder, 'src'));

  test('imports the public entry points of packages, and nothing of Node', () => {
    const wrong = files.flatMap((file) =>
      importsOf(readFileSync(file, 'utf8'))
        .filter(
          (module) =>
            (module.startsWith('@gradcam/') && !packages.includes(module)) ||
            module.startsWith('node:') ||
            /^\.\.?\/.*packages\//.test(module),
        )
        .map((module) => `${relative(root, file)} imports ${module}`),
    );
    expect(files.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  test('has no file over 300 lines', () => {
    const folders = ['src', 'test', 'browser'].map((part) => join(folder, part)).filter((part) => existsSync(part));
    expect(tooLong([...folders.flatMap(sources), join(folder, 'index.html')])).toEqual([]);
  });
});

/** The versions that this workspace pins, by module. */
function catalog(): ReadonlyMap<string, string> {
  const [, lines = ''] =
    /^catalog:\n((?: {2}.*\n)+)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) ?? [];
  return new Map(
    [...lines.matchAll(/^ {2}"?([^":]+)"?: (.+)$/gm)].map(([, name = '', version = '']) => [name, version]),
  );
}

const manifest = (of: string): { version: string; dependencies?: Record<string, string> } =>
  JSON.parse(readFileSync(join(root, 'packages', of, 'package.json'), 'utf8'));

/** What a package is published with, so in words that npm understands; what it is developed with may say `catalog:` and `workspace:`. */
test.each(present)('%s asks for the versions that are tested here', (name) => {
  const { dependencies = {} } = manifest(name);
  const pinned = catalog();
  const expected = Object.keys(dependencies).map((module) => [
    module,
    module.startsWith('@gradcam/') ? `^${manifest(module.slice('@gradcam/'.length)).version}` : pinned.get(module),
  ]);
  expect(dependencies).toEqual(Object.fromEntries(expected));
});

test('the check sees imports of every form', () => {
  expect(importsOf("import { a } from 'x';\nexport * from 'y';\nawait import('z');\nimport 'w';")).toEqual([
    'x',
    'y',
    'z',
    'w',
  ]);
});
