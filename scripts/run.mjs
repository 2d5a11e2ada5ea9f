// `npm start`, `npm test`, ... on a machine that has only node and npm.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suiteEnvironment } from './onnx-suite.mjs';
import { summary } from './summary.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', npm_config_loglevel: 'error' };
const windows = process.platform === 'win32';

/** Runs a command to its end and returns its exit code. No shell except for npx on Windows, which is a .cmd file. */
const run = (command, args, shell = false) => {
  const { status, error } = spawnSync(command, args, { cwd: root, env, shell, stdio: 'inherit' });
  if (error) console.error(`gradcam: could not start ${command}: ${error.message}`);
  return status ?? 1;
};
const pnpm = (...args) => run('npx', ['--yes', packageManager, ...args], windows);
const turbo = (...args) => pnpm('exec', 'turbo', 'run', ...args);

/** Stale reports must not be counted; turbo puts back those of cached packages. */
const removeReports = () => {
  for (const group of ['packages', 'apps']) {
    let names = [];
    try {
      names = readdirSync(new URL(`../${group}`, import.meta.url));
    } catch {
      continue;
    }
    for (const name of names) {
      rmSync(new URL(`../${group}/${name}/.reports`, import.meta.url), { recursive: true, force: true });
    }
  }
};

const tasks = {
  start: (args) =>
    turbo('build', '--filter=@gradcam/cli', '--output-logs=errors-only') ||
    run(process.execPath, ['packages/cli/dist/bin.js', ...(args.length > 0 ? args : ['demo'])]),
  playground: (args) =>
    turbo('build', '--filter=@gradcam/playground', '--output-logs=errors-only') ||
    pnpm('--filter', '@gradcam/playground', 'exec', 'vite', 'preview', ...args),
  conformance: (args) =>
    turbo('build', '--output-logs=errors-only') || run(process.execPath, ['scripts/conformance.mjs', ...args]),
  test: () => {
    removeReports();
    const failed =
      // type-aware lint reads the types that packages build for each other
      turbo('build', '--output-logs=errors-only') ||
      pnpm('run', 'lint') ||
      turbo(
        'typecheck',
        'test',
        'test:wasm',
        'test:browser',
        '--continue',
        '--concurrency=100%', // as many tasks as cores: each has workers of its own
        `--output-logs=${env.CI ? 'full' : 'new-only'}`,
      );
    return summary(root, failed) || failed;
  },
  // one after the other: a ratio is worth nothing while a neighbour computes
  bench: () => turbo('bench', '--concurrency=1'),
};

/** Checks every gradient on the official tests of operators. */
tasks['check:onnx-suite'] = () => {
  const found = suiteEnvironment(root);
  if (!found) return 1;
  Object.assign(env, found);
  return pnpm('--filter', '@gradcam/onnx-autodiff', 'run', 'check:onnx-suite');
};

const [task = 'start', ...args] = process.argv.slice(2);
const installed = pnpm('install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn');
process.exit(installed || (tasks[task] ? tasks[task](args) : turbo(task, ...args)));
