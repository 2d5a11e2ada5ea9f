import '@tensorflow/tfjs-layers';
import { getGradient, getKernel, getKernelsForBackend, memory, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/gradients/index.ts';
import { type Backend, nameOf } from './case.ts';
import { cases } from './cases/index.ts';
import { errorOf, TOLERANCE } from './check.ts';

/** Every kernel of a backend and every gradient, by name. */
const registered = (backend: string): ReadonlyMap<string, readonly unknown[]> => {
  const names = [...getKernelsForBackend(backend).map(({ kernelName }) => kernelName), ...SCOPES].toSorted();
  return new Map(names.map((name) => [name, [getKernel(name, backend), getGradient(name)]]));
};

/** Under which the pack puts what is not a kernel's gradient. */
const SCOPES = ['fusedConv2d__op', 'fusedDepthwiseConv2d__op'];

/** Each row of the gradient pack on one backend: right with it, wrong or refused without it. */
export function checkRules(backend: Backend): void {
  describe(`gradient pack on ${backend}`, () => {
    let before: ReadonlyMap<string, readonly unknown[]> = new Map();
    beforeAll(async () => {
      expect(await setBackend(backend)).toBe(true);
      before = registered(backend);
    });
    afterEach(() => {
      const after = registered(backend);
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [name, entries] of before) {
        expect(
          entries.every((entry, i) => entry === after.get(name)?.[i]),
          name,
        ).toBe(true);
      }
    });

    const here = cases.filter(({ runs }) => !runs || runs.includes(backend));
    const failing = here.filter(({ wrong }) => !wrong || wrong.includes(backend));

    test.each(here.map((row) => [nameOf(row), row] as const))('%s', async (_, row) => {
      const tensors = memory().numTensors;
      expect(await errorOf(row, backend, rules)).toBeLessThan(TOLERANCE);
      expect(memory().numTensors).toBe(tensors);
    });

    test.each(failing.map((row) => [nameOf(row), row] as const))('without the rule, %s fails', async (_, row) => {
      const withheld = rules.filter(({ kernel }) => kernel !== row.rule);
      const error = await errorOf(row, backend, withheld).catch(() => Number.POSITIVE_INFINITY);
      expect(error).toBeGreaterThan(100 * TOLERANCE);
    });

    test('every row has a case that fails without it', () => {
      const shown = new Set(failing.map(({ rule }) => rule));
      const needed = rules.filter(({ backends }) => !backends || backends.includes(backend));
      const forward = needed.filter(({ kernel }) => getKernel(kernel, backend));
      expect(forward.map(({ kernel }) => kernel).filter((kernel) => !shown.has(kernel))).toEqual([]);
    });
  });
}
