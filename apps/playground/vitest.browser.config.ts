import { defineConfig } from 'vitest/config';
import { runs } from '../../vitest.browser.ts';
import { patience } from '../../vitest.shared.ts';

// on Node, which serves the built page and looks at it in Chromium from outside
export default defineConfig({
  test: { include: [`browser/${runs ? '**/*.browser' : 'no-chromium'}.test.ts`], ...patience },
});
