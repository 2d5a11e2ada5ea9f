import { defineConfig } from 'vitest/config';
import { onWasm } from '../../vitest.shared.ts';

export default defineConfig({ test: onWasm });
