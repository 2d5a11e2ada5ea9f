// Breaks the formulas of packages/core one at a time, in a copy, and says which breakage no test saw. Run by hand:
//     node tools/mutations/run.mjs [parts of files' names]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutations } from './core.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'gradcam-broken-'));
const core = join(copy, 'packages/core');
const parts = process.argv.slice(2);
const wanted = mutations.filter(([file]) => parts.length === 0 || parts.some((part) => file.includes(part)));
const passes = () =>
  spawnSync('npx', ['vitest', 'run', '--config', 'vitest.config.ts', '--bail', '1', '--exclude', '**/memory.test.ts'], {
    cwd: core,
    encoding: 'utf8',
  }).status === 0;

const unseen = [];
try {
  const copied = ['package.json', 'tsconfig.base.json', 'vitest.shared.ts', 'docs', 'packages/onnx/test/golden'];
  for (const part of [
    ...copied,
    ...['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'].map((name) => `packages/core/${name}`),
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'packages/core/node_modules'), join(core, 'node_modules'), 'dir');
  if (!passes()) throw new Error('the tests fail without any breakage');
  for (const [file, from, to] of wanted) {
    const path = join(core, 'src', file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(from, to));
    const why = text.includes(from) ? passes() && 'not seen' : 'not there any more';
    writeFileSync(path, text);
    if (why) unseen.push(`${why}: ${file}: "${from}" as "${to}"`);
    console.log(`${file}: ${why || 'seen'}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${wanted.length - unseen.length} of ${wanted.length} breakages were seen by a test`);
for (const line of unseen) console.log(line);
process.exitCode = unseen.length > 0 ? 1 : 0;
