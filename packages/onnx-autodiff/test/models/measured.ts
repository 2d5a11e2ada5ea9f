import type { Shapes } from '../../src/graph/facts.ts';
import { typeNumber } from '../../src/graph/types.ts';
import { expose } from '../../src/index.ts';
import type { Runtime, Values } from '../rules/runtime.ts';

/** Types and sizes of every tensor of a model, found by one run: what an adapter does for real models. */
export async function measured(
  runtime: Runtime,
  bytes: Uint8Array,
  feeds: ReadonlyMap<string, Values>,
): Promise<Shapes> {
  const exposed = expose(bytes);
  const session = await runtime.load(exposed.bytes);
  const results = await session.run(feeds);
  await session.release();
  return new Map(
    exposed.tensors.flatMap((name) => {
      const value = results.get(name);
      return value ? [[name, { type: typeNumber(value.type), dims: value.dims }] as const] : [];
    }),
  );
}
