import { numberOf } from '../wire/schema.ts';
import type { Writer } from '../wire/writer.ts';

/** A constant before it is written. */
export interface TensorFields {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  /** Little-endian. */
  readonly raw: Uint8Array;
}

/** One initializer of a GraphProto. */
export function writeInitializer(graph: Writer, { name, type, dims, raw }: TensorFields): void {
  graph.message(numberOf('Graph', 'initializer'), (to) => {
    if (dims.length > 0) to.ints(numberOf('Tensor', 'dims'), dims);
    to.int(numberOf('Tensor', 'dataType'), type)
      .string(numberOf('Tensor', 'name'), name)
      .bytes(numberOf('Tensor', 'rawData'), raw);
  });
}
