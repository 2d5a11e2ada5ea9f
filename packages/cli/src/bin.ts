#!/usr/bin/env node
import process from 'node:process';
import { run } from './run.ts';

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => controller.abort(new Error('interrupted')));
}
// `gradcam layers model.onnx | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const { stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, cwd: process.cwd(), signal: controller.signal });
