import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { title: string; status: string; failureMessages: string[]; meta: object }[];
  }[];
}

const results = new Map<string, Report['testResults'][number]['assertionResults'][number]>();
let printed = '';

// a run of its own, since tests that fail are the subject
beforeAll(() => {
  const report = join(mkdtempSync(join(tmpdir(), 'conformance-')), 'report.json');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const config = fileURLToPath(new URL('fixtures/vitest.config.ts', import.meta.url));
  const run = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { encoding: 'utf8' },
  );
  printed = run.stdout + run.stderr;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  for (const result of testResults.flatMap((file) => file.assertionResults))
    results.set(result.title.split(':')[0] ?? '', result);
}, 120_000);

test('a skip is printed with its reason, and is a skipped test', () => {
  expect(results.get('memory')?.status).toBe('skipped');
  expect(printed).toContain('fixture, a plain chain: law memory skipped: no count of tensors');
});

test('a network that cannot be opened can be skipped whole', () => {
  expect(results.get('unfolded batch normalisation')?.status).toBe('skipped');
  expect(printed).toContain('law all skipped: an unknown operator');
});

test('a skipped law that holds is a failure', () => {
  expect(results.get('read')?.status).toBe('failed');
  expect(results.get('read')?.failureMessages[0]).toContain('it is skipped (thought to be broken), but it holds');
});

test('a failure says law, network, layer, expected and received', () => {
  expect(results.get('linear')?.status).toBe('failed');
  expect(results.get('linear')?.failureMessages[0]).toMatch(
    /law linear .*network "a plain chain", layer r1: expected .*relative error up to .*, received /,
  );
});

test('a law that holds passes and leaves its numbers for the table', () => {
  expect(results.get('oracle')).toMatchObject({
    status: 'passed',
    meta: {
      conformance: {
        backend: 'fixture',
        network: 'a plain chain',
        law: 'oracle',
        errors: { gradient: expect.any(Number) },
      },
    },
  });
});
