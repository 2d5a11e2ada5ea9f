import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
// in CI a missing browser is a failure, elsewhere a skipped test says so
const runs = Boolean(process.env['CI']) || existsSync(executablePath);
const args = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

export default defineConfig({
  optimizeDeps: { exclude: ['onnxruntime-web', 'onnxruntime-web/wasm', '@gradcam/core', '@gradcam/onnx-autodiff'] },
  test: runs
    ? {
        include: ['browser/**/*.browser.test.ts'],
        testTimeout: 60_000,
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
