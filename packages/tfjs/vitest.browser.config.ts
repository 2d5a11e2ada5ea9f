import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { patience } from '../../vitest.shared.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
// in CI a missing browser is a failure, elsewhere a skipped test says so
const runs = Boolean(process.env['CI']) || existsSync(executablePath);
const args = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  // webgl and webgpu without a GPU
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

export default defineConfig({
  optimizeDeps: {
    exclude: ['@gradcam/conformance', '@gradcam/core'],
    include: [
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
    ],
  },
  test: runs
    ? {
        include: ['browser/**/*.browser.test.ts'],
        ...patience,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({ launchOptions: { executablePath, args } }),
          instances: [{ browser: 'chromium' }],
        },
      }
    : { include: ['browser/no-chromium.test.ts'] },
});
