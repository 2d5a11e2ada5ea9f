// Makes the model again: pictures, training (Python with train/requirements.txt), TensorFlow.js copies, scenes, accuracy. Usage: node models/shapes/make.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'shapes-'));
const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
const parts = [0, 5000].map((first) => {
  const file = join(folder, `${first}.bin`);
  run(process.execPath, 'train/pictures.mjs', file, String(first), '5000', '96');
  return file;
});
run('python3', 'train/train.py', 'model.onnx', 'labels.json', ...parts);
run(process.execPath, 'convert.mjs');
run(process.execPath, 'scenes.mjs');
rmSync(folder, { recursive: true });
