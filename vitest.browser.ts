import { existsSync } from 'node:fs';
import type { ViteUserConfig } from 'vitest/config';
import type { BrowserProviderOption } from 'vitest/node';
import { patience } from './vitest.shared.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
// in CI a missing browser is a failure, elsewhere a skipped test says so
export const runs: boolean = Boolean(process.env['CI']) || existsSync(executablePath);

/** How Playwright starts Chromium: WebGL and WebGPU without a GPU. */
export const launchOptions = {
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-features=Vulkan',
  ],
};

/** The tests of a folder `browser`, in Chromium. The provider comes from the package, as the root has none. */
export const inChromium = (provider: BrowserProviderOption): NonNullable<ViteUserConfig['test']> =>
  runs
    ? {
        include: ['browser/**/*.browser.test.ts'],
        ...patience,
        env: { GRADCAM_CONFORMANCE: process.env['GRADCAM_CONFORMANCE'] ?? '' },
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider,
          instances: [{ browser: 'chromium' }],
        },
      }
    : { include: ['browser/no-chromium.test.ts'] };
