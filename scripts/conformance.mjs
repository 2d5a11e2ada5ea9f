// Runs the conformance suite on every backend and writes docs/conformance.md: node scripts/conformance.mjs [--whole] [--from <reports>]
// --whole: every law on every network on emulated GPUs too, in a quarter of an hour
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './conformance-page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv.indexOf('--from');
const reports = given === -1 ? join(root, 'out/conformance') : process.argv[given + 1];

/** Every process: runtimes that share a registry of backends never meet in one. */
const runs = [
  ['conformance', 'vitest.config.ts', 'test/reference.test.ts'],
  ['onnx', 'vitest.config.ts', 'test/conformance.test.ts'],
  ['onnx', 'vitest.wasm.config.ts', 'test/conformance.wasm.test.ts'],
  ['onnx', 'vitest.browser.config.ts', 'browser/conformance-'],
  ['tfjs', 'vitest.config.ts', 'test/conformance'],
  ['tfjs', 'vitest.browser.config.ts', 'browser/conformance-'],
];

const env = process.argv.includes('--whole') ? { ...process.env, GRADCAM_CONFORMANCE: 'whole' } : process.env;

function run([name, config, files], index) {
  const cwd = join(root, 'packages', name);
  const report = join(reports, `${index}-${name}.json`);
  const vitest = join(cwd, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', config, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  console.log(`${name}: ${files} (${config})`);
  const { status } = spawnSync(process.execPath, [...args, files], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status ?? 1;
}

/** What the tests left for the table, one note per law. */
function notesIn(file) {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ meta, status, failureMessages, fullName }) =>
      status === 'failed' ? [{ failed: failureMessages[0] ?? fullName }] : meta?.conformance ? [meta.conformance] : [],
    ),
  );
}

if (given === -1) {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  runs.forEach(run);
}
const files = existsSync(reports) ? readdirSync(reports).filter((file) => file.endsWith('.json')) : [];
const notes = files.toSorted().flatMap((file) => notesIn(join(reports, file)));
const { text, problems } = page(notes);
if (given === -1 && files.length < runs.length)
  problems.push(`${runs.length - files.length} of ${runs.length} runs left no report`);
writeFileSync(join(root, 'docs/conformance.md'), text);
// tables as the formatter wants them
spawnSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', 'docs/conformance.md'], {
  cwd: root,
});
console.log(text);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
