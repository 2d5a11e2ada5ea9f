import { type Network, picturesFor } from './network.ts';

/** The seed of the picture that golden values are of. */
export const PICTURE_SEED = 1;

/**
 * A network with its weights and one picture as bytes: the length of a JSON text (uint32, little endian), the text, padding to four bytes,
 * then all numbers as float32. In the text a tensor is `{ offset, dims }`, counted in float32 values.
 */
export function definitionOf(network: Network): Uint8Array {
  const parts: Float32Array[] = [];
  let offset = 0;
  const text = JSON.stringify(
    {
      name: network.name,
      nodes: network.nodes,
      outputs: network.outputs,
      score: network.score,
      layers: network.layers,
      classes: network.classes,
      pictures: Object.fromEntries(picturesFor(network, 1, PICTURE_SEED)),
    },
    (_key, value: unknown) => {
      if (!(value instanceof Object && 'data' in value && value.data instanceof Float32Array && 'dims' in value))
        return value;
      parts.push(value.data);
      offset += value.data.length;
      return { offset: offset - value.data.length, dims: value.dims };
    },
  );
  const json = new TextEncoder().encode(text);
  const start = Math.ceil((4 + json.length) / 4) * 4;
  const bytes = new Uint8Array(start + 4 * offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = start;
  for (const part of parts) {
    for (const value of part) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}
