import { GradcamError } from '@gradcam/core';
import { valuesOf } from './convert.ts';
import type { Opened } from './opened.ts';
import { defaultProvider, type InferenceSession } from './runtime.ts';
import type { Runner } from './sessions.ts';

/** ||a - b|| / ||b||: a kernel that computes something else differs by about 1, rounding in float16 by thousandths. */
const TOLERANCE = 0.1;

/** ||a - b|| / ||b||, over what is finite in b; NaN where only `a` has no numbers. */
function relativeError(a: Float32Array, b: Float32Array): number {
  let [difference, norm] = [0, 0];
  b.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    difference += ((a[i] as number) - value) ** 2;
    norm += value ** 2;
  });
  return difference === 0 ? 0 : Math.sqrt(difference / norm);
}

function dispose(results: InferenceSession.ReturnType): void {
  for (const result of Object.values(results)) result.dispose();
}

/**
 * A session whose first run is compared with the same run on the CPU, so that kernels which compute wrongly are not believed. Every run throws
 * where they differ.
 */
export function verified(
  session: InferenceSession,
  bytes: Uint8Array,
  { ort, sessionOptions, backend }: Pick<Opened, 'ort' | 'sessionOptions' | 'backend'>,
): Runner {
  const cpu = defaultProvider(ort);
  let unverified: Uint8Array | undefined = bytes;
  let failure: GradcamError | undefined;

  function difference(
    results: InferenceSession.ReturnType,
    expected: InferenceSession.ReturnType,
  ): GradcamError | undefined {
    for (const [name, reference] of Object.entries(expected)) {
      const result = results[name];
      if (!result || !reference.type.startsWith('float')) continue;
      const error = relativeError(valuesOf(result), valuesOf(reference));
      if (error <= TOLERANCE) continue;
      return new GradcamError(
        'runtime',
        `${backend}: ${name} differs from the same on ${cpu}, relative error ${error.toPrecision(2)}; expected at most ${TOLERANCE}, so the runtime computes an operator wrongly. Run the model on ['${cpu}'], or on another version of the runtime; \`verify: false\` takes the numbers as they are`,
      );
    }
    return undefined;
  }

  async function compare(
    file: Uint8Array,
    feeds: InferenceSession.FeedsType,
    wanted: readonly string[],
    results: InferenceSession.ReturnType,
  ): Promise<void> {
    const options = { ...sessionOptions, executionProviders: [cpu] };
    const reference = await ort.InferenceSession.create(file, options).catch(() => undefined);
    if (!reference) return; // what the CPU cannot compute has nothing to be compared with
    try {
      const expected = await reference.run(feeds, wanted).catch(() => ({}));
      failure = difference(results, expected);
      dispose(expected);
      if (failure) dispose(results);
    } finally {
      await reference.release();
    }
  }

  return {
    run: async (feeds, wanted) => {
      if (failure) throw failure;
      const results = await session.run(feeds, wanted);
      if (unverified) await compare(unverified, feeds, wanted, results);
      unverified = undefined;
      if (failure) throw failure;
      return results;
    },
    release: () => session.release(),
  };
}
