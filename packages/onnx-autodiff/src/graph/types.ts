/** TensorProto.DataType: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */
export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const UINT16 = 4;
export const INT16 = 5;
export const INT32 = 6;
export const INT64 = 7;
export const BOOL = 9;
export const FLOAT16 = 10;
export const DOUBLE = 11;
export const BFLOAT16 = 16;

const names = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
];

/** "float32" for 1, as runtimes call it. */
export function typeName(type: number): string {
  return names[type] ?? `type ${type}`;
}

/** 1 for "float32"; undefined for a word that is no type. */
export function typeNumber(name: string): number | undefined {
  const index = names.indexOf(name);
  return index > 0 ? index : undefined;
}

/** A gradient exists for values of this type. */
export function isFloat(type: number): boolean {
  return type === FLOAT || type === FLOAT16 || type === DOUBLE || type === BFLOAT16;
}

/** A size that is known, one that is only known by name (equal names are equal sizes), or neither. */
export type Dim = number | string | null;
export type Dims = readonly Dim[];

/** What is known of a tensor before the model runs. */
export interface Fact {
  readonly type?: number | undefined;
  readonly dims?: Dims | undefined;
}
