import { defineConfig } from 'vitest/config';
import { patience } from '../../vitest.shared.ts';

// A process of its own: onnxruntime-web and onnxruntime-node share one registry of backends when both are loaded.
export default defineConfig({
  test: { include: ['src/**/*.wasm.test.ts', 'test/**/*.wasm.test.ts'], pool: 'forks', ...patience },
});
