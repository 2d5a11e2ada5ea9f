import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root: string = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'packages/cli');

/** What a command printed; where it failed, the error says where it stopped. */
export async function succeeded(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}: ${stdout ?? ''}${stderr ?? message}`, { cause: error });
  }
}

/** A module as npm is told to install it: this workspace's copy as a link, or from the registry. */
function asked(module: string): string {
  const copy = realpathSync(join(cli, 'node_modules', module));
  if (process.env['GRADCAM_PACK_FROM'] !== 'registry') return copy;
  const { version } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as { version: string };
  return `${module}@${version}`;
}

/**
 * An empty project into which npm has installed our packages, from the archives that `npm pack` made, with all they ask for.
 *
 * What others wrote is 600 MB to download, so npm is offline and links it from this workspace; with GRADCAM_PACK_FROM=registry it does not.
 */
export async function project(packages: readonly string[], modules: readonly string[]): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gradcam-pack-')));
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  for (const name of packages) {
    // built already: no second build beside the running one
    const flags = ['--ignore-scripts', '--pack-destination', folder];
    await succeeded('npm', ['pack', ...flags], join(root, 'packages', name));
  }
  const archives = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const offline = process.env['GRADCAM_PACK_FROM'] === 'registry' ? [] : ['--offline'];
  // --ignore-scripts: those of the linked modules would build them anew
  const flags = [...offline, '--ignore-scripts', '--no-audit', '--no-fund'];
  await succeeded('npm', ['install', ...flags, ...archives.map((file) => `./${file}`), ...modules.map(asked)], folder);
  return folder;
}
