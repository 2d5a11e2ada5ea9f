import { array64, sizeOf } from '../arrays.ts';
import type { Array64, Case, Operand, Reference } from '../case.ts';
import { generator } from '../random.ts';

interface Packing {
  readonly bits: number;
  readonly n: number;
  readonly k: number;
  readonly block: number;
  /** Packed zero points follow the scales; else they are in the middle. */
  readonly zeros: boolean;
}

const bytesOf = (count: number, bits: number): number => Math.ceil((count * bits) / 8);

/** Value `index` of a row of packed bytes. */
function packed(bytes: ArrayLike<number>, row: number, perRow: number, index: number, bits: number): number {
  const byte = bytes[row * perRow + Math.floor((index * bits) / 8)] as number;
  return (byte >> ((index * bits) % 8)) & (2 ** bits - 1);
}

/** x W^T with the weights read bit by bit. */
const product =
  ({ bits, n, k, block, zeros }: Packing): Reference =>
  ([x, b, scales, points]) => {
    const blocks = Math.ceil(k / block);
    const { data, dims } = x as Array64;
    const y = array64([...dims.slice(0, -1), n]);
    for (let row = 0; row < sizeOf(dims) / k; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let i = 0; i < k; i++) {
          const at = Math.floor(i / block);
          const zero = zeros
            ? packed((points as Array64).data, column, bytesOf(blocks, bits), at, bits)
            : 2 ** (bits - 1);
          const q = packed((b as Array64).data, column, bytesOf(blocks * block, bits), i, bits);
          sum +=
            (data[row * k + i] as number) * (q - zero) * ((scales as Array64).data[column * blocks + at] as number);
        }
        y.data[row * n + column] = sum;
      }
    }
    return y;
  };

function caseOf(about: string, packing: Packing): Case {
  const { bits, n, k, block, zeros } = packing;
  const blocks = Math.ceil(k / block);
  const random = generator(bits);
  const bytes = (dims: readonly number[]): Operand => ({
    dims,
    type: 'uint8',
    constant: true,
    values: Array.from({ length: sizeOf(dims) }, () => Math.floor(256 * random())),
  });
  const points = bytes([n * bytesOf(blocks, bits)]);
  const scales: Operand = { dims: [n * blocks], range: [0.1, 1], constant: true };
  return {
    op: 'MatMulNBits',
    domain: 'com.microsoft',
    about,
    inputs: [[2, 3, k], bytes([n, blocks, bytesOf(block, bits)]), scales, ...(zeros ? [points] : [])],
    attributes: { N: n, K: k, bits, block_size: block },
    reference: product(packing),
  };
}

export const packedWeights: readonly Case[] = [
  caseOf('4 bits', { bits: 4, n: 5, k: 32, block: 16, zeros: false }),
  caseOf('4 bits, zero points, an incomplete block', { bits: 4, n: 5, k: 40, block: 16, zeros: true }),
  caseOf('8 bits', { bits: 8, n: 3, k: 32, block: 16, zeros: false }),
];
