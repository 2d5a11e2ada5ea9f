import { GradcamError, sizeOf, type Tensor, tensor } from '@gradcam/core';

// The format: numpy/lib/format.py (NEP 1). Magic, version, header length, then a Python dict literal as text.
const MAGIC = '\x93NUMPY';
/** Whole numbers beyond this are not exact in float32. */
const EXACT = 2 ** 24;

type Read = (view: DataView, offset: number, little: boolean) => number;

const readers: Readonly<Record<string, { readonly size: number; readonly read: Read }>> = {
  b1: { size: 1, read: (view, at) => view.getUint8(at) },
  u1: { size: 1, read: (view, at) => view.getUint8(at) },
  i1: { size: 1, read: (view, at) => view.getInt8(at) },
  u2: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  i2: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  u4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  i4: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  u8: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { size: 2, read: (view, at, little) => half(view.getUint16(at, little)) },
  f4: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/**
 * An array as `numpy.save` writes it (versions 1 to 3, either byte order, C or Fortran order) as float32 in C order.
 * @param path for messages
 * @throws GradcamError `bad-input` for anything else: other types, truncated data, integers that float32 cannot hold
 */
export function readNpy(bytes: Uint8Array, path: string): Tensor {
  const bad = (what: string): GradcamError =>
    new GradcamError('bad-input', `${path} ${what}; save it with numpy.save(path, array.astype("float32"))`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) throw bad('is not a .npy file');
  const wide = view.getUint8(6) > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const [, order = '', type = ''] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const [, shape] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? [];
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(header) ?? [];
  if (end > bytes.length || shape === undefined || fortran === undefined) throw bad('has a broken header');
  const reader = readers[type];
  if (!reader) throw bad(`holds ${type || 'structured'} values, not numbers`);
  const dims = (shape.match(/\d+/g) ?? []).map(Number);
  const count = sizeOf(dims);
  if (bytes.length - end !== count * reader.size) {
    throw bad(`holds ${bytes.length - end} bytes of data, but [${dims}] of ${type} wants ${count * reader.size}`);
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = reader.read(view, end + i * reader.size, order !== '>');
    if (!type.startsWith('f') && Math.abs(value) > EXACT && Math.fround(value) !== value) {
      throw bad(`holds ${value}, which float32 cannot hold exactly`);
    }
    data[i] = value;
  }
  return tensor(fortran === 'True' ? fromFortran(data, dims) : data, dims);
}

/** The first index runs fastest there, the last one here. */
function fromFortran(data: Float32Array, dims: readonly number[]): Float32Array {
  const strides = dims.map((_, axis) => sizeOf(dims.slice(0, axis)));
  return data.map((_, flat) => {
    let rest = flat;
    let from = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const dim = dims[axis] ?? 1;
      from += (rest % dim) * (strides[axis] ?? 0);
      rest = Math.floor(rest / dim);
    }
    return data[from] ?? 0;
  });
}

/** The bytes that `numpy.load` reads: version 1, little-endian float32, C order. */
export function writeNpy({ data, dims }: Tensor): Uint8Array {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ');
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + data.length * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(Uint8Array.from(`${MAGIC}\x01\x00`, (character) => character.charCodeAt(0)));
  view.setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(length - 11)}\n`), 10);
  data.forEach((value, i) => {
    view.setFloat32(length + i * 4, value, true);
  });
  return bytes;
}
