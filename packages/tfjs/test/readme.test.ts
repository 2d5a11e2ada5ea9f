import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const snippets = [...readFileSync(at('../README.md'), 'utf8').matchAll(/^```ts runnable\n([\s\S]*?)^```$/gm)];

// a site with models/shapes on it
const site = createServer(({ url = '' }, response) => {
  response.end(readFileSync(at(`../../../models/shapes/tfjs/${basename(url)}`)));
});
beforeAll(() => new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve)));
afterAll(() => site.close());

/** Beside the package's own modules, so that what the snippet imports is found as a user's would be. */
function written(name: string, code: string): string {
  const { port } = site.address() as AddressInfo;
  const file = at(`../.vitest/${name}.mjs`);
  mkdirSync(at('../.vitest'), { recursive: true });
  const pixels = 'const pixels = new Float32Array(3 * 96 * 96).map((_, i) => Math.sin(i));\n';
  writeFileSync(file, pixels + code.replaceAll('https://your.site', `http://127.0.0.1:${port}`));
  return file;
}

test('has snippets', () => {
  expect(snippets).toHaveLength(2);
});

test.each(snippets.map(([, code = ''], i) => [i + 1, code] as const))('snippet %i runs', async (i, code) => {
  const file = written(
    `readme-${i}`,
    `${code}\nif (!(explanation.map.data.length === 144)) throw new Error('no map');\n`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  expect(stdout).toContain('block5');
});
