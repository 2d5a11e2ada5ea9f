import { expect, test } from 'vitest';
import { operatorsPage } from './operators-page.ts';

test('docs/operators.md is what the rule table says (else: npm run docs)', async () => {
  await expect(operatorsPage()).toMatchFileSnapshot('../../../docs/operators.md');
});
