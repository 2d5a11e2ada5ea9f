// The official ONNX node tests: found, or fetched from Debian once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = 'libonnx-testdata';

/** Runs a command in a folder; what it printed, or undefined where it failed. */
const output = (cwd, command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
};

/** Downloads and unpacks the package into a folder that git ignores; the archive's name says its version. */
const fetched = (cache) => {
  mkdirSync(cache, { recursive: true });
  const archive = () => readdirSync(cache).find((name) => name.startsWith(PACKAGE) && name.endsWith('.deb'));
  if (!archive() && output(cache, 'apt-get', 'download', PACKAGE) === undefined) return undefined;
  const deb = archive();
  const folder = join(cache, 'usr', 'share', PACKAGE, 'data', 'node');
  if (!deb || (!existsSync(folder) && output(cache, 'dpkg-deb', '-x', deb, '.') === undefined)) return undefined;
  return { folder, source: `Debian's ${deb.replace('_all.deb', '').replace('_', ' ')}` };
};

/**
 * The environment for the check: a folder that GRADCAM_ONNX_NODE_TESTS names (nothing is written then), or Debian's set, whose
 * result is kept in docs/onnx-suite.md. undefined where there is neither.
 */
export const suiteEnvironment = (root) => {
  const given = process.env.GRADCAM_ONNX_NODE_TESTS;
  if (given) return { GRADCAM_ONNX_NODE_TESTS: given };
  const set = fetched(join(root, '.cache', PACKAGE));
  if (set) {
    return {
      GRADCAM_ONNX_NODE_TESTS: set.folder,
      GRADCAM_ONNX_NODE_TESTS_SOURCE: set.source,
      GRADCAM_ONNX_NODE_TESTS_REPORT: join(root, 'docs', 'onnx-suite.md'),
    };
  }
  console.error(
    `gradcam: no official node tests; expected Debian's package ${PACKAGE} (apt-get update, then again), or their folder (the one with test_abs) in GRADCAM_ONNX_NODE_TESTS`,
  );
  return undefined;
};
