import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/node-suite/*.check.ts'] } });
