import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../../', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };

/** Where a command stopped, for the test that fails by it. */
export function succeeded(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`);
}

/**
 * An empty project with our packages in it as a user gets them: packed, then installed by npm from the archives alone, without a registry.
 * The runtimes, which are large and not ours, are linked from the workspace; so is what the command alone depends on.
 */
export function project(packages: readonly string[], linked: Readonly<Record<string, readonly string[]>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gradcam-pack-')));
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  for (const name of packages) {
    const from = join(root, 'packages', name);
    // pnpm, since it writes the versions of packages that need each other.
    succeeded('npx', ['--yes', packageManager, 'pack', '--pack-destination', folder], from);
  }
  const archives = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const alone = archives.filter((file) => !file.startsWith('gradcam-cli'));
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
  succeeded('npm', ['install', ...flags, ...alone.map((file) => `./${file}`)], folder);
  for (const file of archives.filter((archive) => !alone.includes(archive))) {
    succeeded('tar', ['-xzf', file], folder);
    cpSync(join(folder, 'package'), join(folder, 'node_modules/@gradcam/cli'), { recursive: true });
  }
  for (const [name, modules] of Object.entries(linked)) {
    for (const module of modules) {
      const to = join(folder, 'node_modules', module);
      mkdirSync(dirname(to), { recursive: true });
      symlinkSync(realpathSync(join(root, 'packages', name, 'node_modules', module)), to);
    }
  }
  return folder;
}
