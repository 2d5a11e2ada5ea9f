import { AutodiffError } from './errors.ts';
import { openGraph } from './graph/graph.ts';
import { countOf } from './graph/tensor.ts';
import { FLOAT, typeName } from './graph/types.ts';

/**
 * The model with other values in some of its float32 initializers: what was trained goes back into the file. Every other byte stays.
 *
 * @param weights values by the name of the initializer, row-major, as many as it holds
 * @throws AutodiffError `unknown-tensor` for a name that is no initializer, `bad-option` for another number of values, or for one that is
 *   not float32 in the file itself
 */
export function withWeights(bytes: Uint8Array, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const { initializers, file } = openGraph(bytes);
  if (file.graphBytes !== bytes)
    throw new AutodiffError(
      'unsupported-model',
      'the file holds its graph in several pieces; save it again with any ONNX tool',
    );
  const changed = bytes.slice();
  for (const [name, values] of weights) {
    const tensor = initializers.get(name);
    if (!tensor)
      throw new AutodiffError(
        'unknown-tensor',
        `the model has no initializer ${name}; expected the name of stored weights`,
      );
    const type = tensor.dataType ?? 0;
    const [piece, ...more] = tensor.rawData ? [tensor.rawData] : tensor.floatData.map((chunk) => chunk.bytes);
    if (type !== FLOAT || !piece || more.length > 0)
      throw new AutodiffError(
        'bad-option',
        `the initializer ${name} is ${typeName(type)}${piece ? '' : ' in another file'}; expected float32 values in one piece`,
      );
    if (values.length !== countOf(tensor.dims, name))
      throw new AutodiffError(
        'bad-option',
        `${values.length} values for ${name} of [${tensor.dims}]; expected as many as that holds`,
      );
    const view = new DataView(changed.buffer, piece.byteOffset - bytes.byteOffset, piece.byteLength);
    for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  }
  return changed;
}
