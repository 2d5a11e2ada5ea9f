import { test } from 'vitest';

test('explains a model inside a Web Worker', ({ skip }) => {
  skip('no Chromium found; install it or set CHROMIUM to its path');
});
