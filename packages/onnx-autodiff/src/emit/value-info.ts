import type { Dim, Fact } from '../graph/types.ts';
import { numberOf } from '../wire/schema.ts';
import type { Writer } from '../wire/writer.ts';

/** A ValueInfoProto: a name, and what is known of its type. https://onnx.ai/onnx/repo-docs/IR.html */
export function writeValueInfo(to: Writer, name: string, { type, dims }: Fact): void {
  to.string(numberOf('ValueInfo', 'name'), name);
  if (type === undefined) return;
  to.message(numberOf('ValueInfo', 'type'), (typeProto) =>
    typeProto.message(numberOf('Type', 'tensor'), (tensor) => {
      tensor.int(numberOf('TensorType', 'elemType'), type);
      if (dims) {
        tensor.message(numberOf('TensorType', 'shape'), (shape) => {
          for (const dim of dims) shape.message(numberOf('Shape', 'dim'), (dimension) => writeDim(dimension, dim));
        });
      }
    }),
  );
}

function writeDim(to: Writer, dim: Dim): void {
  if (typeof dim === 'number') to.int(numberOf('Dimension', 'value'), dim);
  else if (dim !== null) to.string(numberOf('Dimension', 'symbol'), dim);
}
