import type { ViteUserConfig } from 'vitest/config';

type Tests = NonNullable<ViteUserConfig['test']>;

/** A hung test ends some time; a slow machine is no failure. */
export const patience = { testTimeout: 300_000, hookTimeout: 300_000 } satisfies Tests;

export const onNode = {
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
  exclude: ['**/*.wasm.test.ts'],
  ...patience,
} satisfies Tests;

/** Processes of their own: onnxruntime-web and onnxruntime-node share one registry of backends when both are loaded. */
export const onWasm = {
  include: ['src/**/*.wasm.test.ts', 'test/**/*.wasm.test.ts'],
  pool: 'forks',
  ...patience,
} satisfies Tests;
