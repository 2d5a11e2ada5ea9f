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
  // WebGPU without a GPU
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** What a page must say before it may share memory between threads. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  server: { headers: isolation },
  plugins: [
    {
      name: 'isolate',
      configureServer: ({ middlewares }) => {
        middlewares.use((_request, response, next) => {
          for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
          next();
        });
      },
    },
  ],
  optimizeDeps: {
    exclude: [
      'onnxruntime-web',
      'onnxruntime-web/wasm',
      'onnxruntime-web/webgpu',
      '@gradcam/conformance',
      '@gradcam/core',
      '@gradcam/onnx-autodiff',
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
