import { openGraph } from '../../src/graph/graph.ts';
import { DOUBLE, FLOAT, typeNumber } from '../../src/graph/types.ts';
import { splice } from '../../src/splice.ts';
import { fields } from '../../src/wire/reader.ts';
import { numberOf } from '../../src/wire/schema.ts';
import { Writer } from '../../src/wire/writer.ts';
import { rawBytes } from '../models/build.ts';
import type { Values } from '../rules/runtime.ts';

/** The model with some inputs given as initializers: what a real file knows, tests of operators feed. */
export function withConstants(bytes: Uint8Array, constants: ReadonlyMap<string, Values>): Uint8Array {
  const patch = new Writer();
  for (const [name, { type, dims, data }] of constants) {
    patch.message(numberOf('Graph', 'initializer'), (to) =>
      to
        .ints(numberOf('Tensor', 'dims'), dims)
        .int(numberOf('Tensor', 'dataType'), typeNumber(type) ?? FLOAT)
        .string(numberOf('Tensor', 'name'), name)
        .bytes(numberOf('Tensor', 'rawData'), rawBytes(type, data)),
    );
  }
  return splice(openGraph(bytes).file, patch.finish()).bytes;
}

/** The same model in float64, where only its interface says float32; undefined where it also holds float32 values. */
export function inDouble(bytes: Uint8Array): Uint8Array | undefined {
  const { file, initializers } = openGraph(bytes);
  if ([...initializers.values()].some((tensor) => tensor.dataType === FLOAT) || file.graphBytes !== bytes)
    return undefined;
  const copy = bytes.slice();
  for (const { type } of [...file.graph.input, ...file.graph.output, ...file.graph.valueInfo]) {
    if (type?.tensor?.elemType !== FLOAT) continue;
    const { span } = type.tensor;
    for (const field of fields(bytes, span.from, span.to))
      if (field.number === numberOf('TensorType', 'elemType')) copy[field.from] = DOUBLE;
  }
  return copy;
}
