import { describe, expect, test } from 'vitest';
import { judge, type LawName, lawNames, laws, referenceModel } from '../src/index.ts';
import { toleranceFor } from '../src/tolerance.ts';
import { brokenModels } from './broken/index.ts';

describe('a model that is broken fails exactly the laws that this breaks', () => {
  test.each(brokenModels)('$name', async ({ create, network, breaks, live = () => 0 }) => {
    const model = await create(network);
    const subject = { network, model, create: () => create(network), live, tolerance: toleranceFor(network) };
    const failed: LawName[] = [];
    for (const law of laws) {
      try {
        await judge(law, subject);
      } catch (error) {
        failed.push(law.name);
        // law, network, expected and received
        expect(String(error)).toMatch(
          new RegExp(`law ${law.name} .*network "${network.name}".*expected .*received `, 's'),
        );
      }
    }
    expect(failed).toEqual(breaks);
  });

  test('every law has a model that breaks it', () => {
    expect(lawNames.filter((name) => !brokenModels.some(({ breaks }) => breaks.includes(name)))).toEqual([]);
  });

  test('the right model breaks none', async () => {
    for (const network of new Set(brokenModels.map((broken) => broken.network))) {
      const model = await referenceModel(network);
      const subject = {
        network,
        model,
        create: () => referenceModel(network),
        live: () => 0,
        tolerance: toleranceFor(network),
      };
      for (const law of laws) await judge(law, subject);
    }
  });
});
