import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, gradcam } from './capture.ts';

/** Commands of the blocks that begin with "```sh runnable": what a reader would type. */
function commandsIn(path: string): string[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```sh runnable\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, block = '']) => block.split('\n')).filter((line) => /^(npx )?gradcam /.test(line));
}

/** Words as a shell splits them: quoted ones keep their spaces. */
function words(line: string): string[] {
  const typed = line.replace(/\s+#.*$/, '').replace(/^(npx )?gradcam /, '');
  return [...typed.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pages = ['README.md', 'packages/cli/README.md', 'docs/methods.md'].filter((page) => existsSync(root + page));

describe.each(pages)('%s', (page) => {
  // Written files go to a folder of their own; the paths that are read are those of the repository.
  it.each([...commandsIn(root + page), 'gradcam --version'])('%s', async (line) => {
    const cwd = folder();
    const argv = words(line).map((word) => (existsSync(root + word) ? root + word : word));
    const { code, stdout, stderr } = await gradcam(cwd, argv);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).not.toBe('');
  });
});
