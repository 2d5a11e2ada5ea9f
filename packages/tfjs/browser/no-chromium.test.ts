import { test } from 'vitest';

test('the backends of a browser', ({ skip }) => {
  skip('no Chromium found; install it or set CHROMIUM to its path');
});
