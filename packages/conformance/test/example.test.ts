import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { networks, testModel } from '../src/index.ts';
import { chainModel } from './example/chain.ts';

const chains = networks.filter(({ nodes }) =>
  nodes.every(({ inputs }, i) =>
    i === 0 ? inputs.length === 0 : inputs.length === 1 && inputs[0] === nodes[i - 1]?.name,
  ),
);

testModel({
  name: 'the example adapter',
  create: chainModel,
  live: () => 0,
  networks: chains.filter(({ outputs, score, stored }) => outputs[0] === score && stored === 'float32'),
});

test('docs/write-an-adapter.md shows it as it is', () => {
  const page = readFileSync(new URL('../../../docs/write-an-adapter.md', import.meta.url), 'utf8');
  const [, shown] = /^```ts chain-model\.ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
  expect(shown).toBe(readFileSync(new URL('example/chain-model.ts', import.meta.url), 'utf8'));
});
