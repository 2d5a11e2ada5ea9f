import { test } from 'vitest';

test('the built page', ({ skip }) => {
  skip('no Chromium found; install it or set CHROMIUM to its path');
});
