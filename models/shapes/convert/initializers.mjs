/** The float32 weights of an ONNX file by name: { dims, data }. Reads the four protobuf fields it needs. */
export function initializers(bytes) {
  const tensors = new Map();
  for (const graph of fields(bytes, 7)) {
    for (const tensor of fields(graph, 5)) {
      const name = new TextDecoder().decode(fields(tensor, 8)[0]);
      const raw = fields(tensor, 9)[0];
      const dims = fields(tensor, 1).flatMap((dim) => (dim instanceof Uint8Array ? varints(dim) : [dim]));
      tensors.set(name, { dims, data: new Float32Array(new Uint8Array(raw).buffer) });
    }
  }
  return tensors;
}

/** Every value of one field of a message: a number for a varint, bytes for what has a length. */
function fields(message, wanted) {
  const found = [];
  let at = 0;
  while (at < message.length) {
    let key;
    let value;
    [key, at] = varint(message, at);
    const kind = key & 7;
    if (kind === 0) [value, at] = varint(message, at);
    else {
      let size = kind === 1 ? 8 : 4;
      if (kind === 2) [size, at] = varint(message, at);
      value = message.subarray(at, at + size);
      at += size;
    }
    if (key >>> 3 === wanted) found.push(value);
  }
  return found;
}

function varint(bytes, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
}

function varints(bytes) {
  const values = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, next] = varint(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}
