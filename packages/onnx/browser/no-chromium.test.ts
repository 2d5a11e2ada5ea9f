import { test } from 'vitest';

for (const what of ['explains a model inside a Web Worker', 'gives on both WebGPU builds what wasm gives'])
  test(what, ({ skip }) => {
    skip('no Chromium found; install it or set CHROMIUM to its path');
  });
