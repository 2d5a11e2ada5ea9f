import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const all = (folder: string): string =>
  readdirSync(new URL(folder, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => read(folder + name))
    .join('\n');

test('the rule and the cases that CONTRIBUTING shows are those of the code', () => {
  const section =
    read('../../../CONTRIBUTING.md')
      .split('## ')
      .find((text) => text.startsWith('Add a gradient rule')) ?? '';
  const [rule, ...rows] = [...section.matchAll(/```ts\n(.*?)\n```/gs)].map(([, code]) => code as string);
  expect(rows).toHaveLength(2);
  expect(all('../src/rules/')).toContain(rule);
  for (const row of rows) expect(all('./rules/cases/')).toContain(row);
});
