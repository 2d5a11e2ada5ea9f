import { type Attributes, writeNode } from '../../src/emit/node-proto.ts';
import { writeValueInfo } from '../../src/emit/value-info.ts';
import type { Dims } from '../../src/graph/types.ts';
import { FLOAT, typeNumber } from '../../src/graph/types.ts';
import { numberOf } from '../../src/wire/schema.ts';
import { Writer } from '../../src/wire/writer.ts';

/** A constant of a test model. */
export interface Constant {
  readonly type?: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** Kept in a file beside the model: its name there, and where in it; `rawBytes` says what stands there. */
  readonly external?: { readonly location: string; readonly offset?: string; readonly length?: string };
}

export interface Port {
  readonly type?: string;
  readonly dims?: Dims;
}

/** A node as [op, inputs, outputs, attributes, domain]. */
export type NodeSpec = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Attributes,
  domain?: string,
];

export interface ModelSpec {
  readonly opset: number;
  readonly domains?: Readonly<Record<string, number>>;
  readonly ir?: number;
  readonly inputs: Readonly<Record<string, Port | Dims>>;
  readonly constants?: Readonly<Record<string, Constant>>;
  readonly nodes: readonly NodeSpec[];
  readonly outputs: Readonly<Record<string, Port | Dims>> | readonly string[];
  /** Types and dims of intermediate tensors. */
  readonly valueInfo?: Readonly<Record<string, Port | Dims>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

const arrays: Record<string, (values: ArrayLike<number>) => ArrayBufferView> = {
  float32: (values) => Float32Array.from(values),
  float64: (values) => Float64Array.from(values),
  int64: (values) => BigInt64Array.from(Array.from(values), BigInt),
  int32: (values) => Int32Array.from(values),
  uint8: (values) => Uint8Array.from(values),
  int8: (values) => Int8Array.from(values),
  uint16: (values) => Uint16Array.from(values),
  int16: (values) => Int16Array.from(values),
  // two to a byte, the first in the low half
  int4: (values) =>
    Uint8Array.from(
      { length: Math.ceil(values.length / 2) },
      (_, i) => ((values[2 * i] as number) & 15) | (((values[2 * i + 1] ?? 0) & 15) << 4),
    ),
  bool: (values) => Uint8Array.from(values),
  float16: (values) => Uint16Array.from(Array.from(values), toHalf),
};

/** Nearest float16, for values of ordinary size. */
export function toHalf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const bits = Math.round((Math.abs(value) / 2 ** exponent) * 1024) + ((exponent + 14) << 10);
  return (value < 0 ? 0x8000 : 0) | bits;
}

/** The number of float16 bits, for ordinary values. */
export function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/** The bytes of a typed array as the file holds them. */
export function rawBytes(type: string, values: ArrayLike<number>): Uint8Array {
  const array = (arrays[type] as (values: ArrayLike<number>) => ArrayBufferView)(values);
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

function writeConstant(to: Writer, name: string, { type = 'float32', dims, values, external }: Constant): void {
  to.ints(numberOf('Tensor', 'dims'), dims)
    .int(numberOf('Tensor', 'dataType'), typeNumber(type) ?? FLOAT)
    .string(numberOf('Tensor', 'name'), name);
  if (!external) {
    to.bytes(numberOf('Tensor', 'rawData'), rawBytes(type, values));
    return;
  }
  for (const [key, value] of Object.entries(external))
    to.message(numberOf('Tensor', 'externalData'), (entry) =>
      entry.string(numberOf('Entry', 'key'), key).string(numberOf('Entry', 'value'), value),
    );
  to.int(numberOf('Tensor', 'dataLocation'), 1);
}

const portOf = (port: Port | Dims): Port => ('length' in port ? { dims: port } : port);

/** The bytes of a small ONNX model. */
export function model(spec: ModelSpec): Uint8Array {
  const graph = nodesOf(spec.nodes);
  graph.string(numberOf('Graph', 'name'), 'test');
  for (const [name, constant] of Object.entries(spec.constants ?? {}))
    graph.message(numberOf('Graph', 'initializer'), (to) => writeConstant(to, name, constant));
  const ports = (field: 'input' | 'output' | 'valueInfo', list: Readonly<Record<string, Port | Dims>>): void => {
    for (const [name, port] of Object.entries(list)) {
      const { type, dims } = portOf(port);
      const known = field !== 'output' || type !== undefined || dims !== undefined;
      graph.message(numberOf('Graph', field), (to) =>
        writeValueInfo(to, name, known ? { type: typeNumber(type ?? 'float32'), dims } : {}),
      );
    }
  };
  ports('input', spec.inputs);
  ports(
    'output',
    Array.isArray(spec.outputs)
      ? Object.fromEntries(spec.outputs.map((name: string) => [name, {}]))
      : (spec.outputs as Record<string, Port>),
  );
  ports('valueInfo', spec.valueInfo ?? {});
  const file = new Writer()
    .int(numberOf('Model', 'irVersion'), spec.ir ?? (spec.opset > 20 ? 10 : 8))
    .bytes(numberOf('Model', 'graph'), graph.finish());
  for (const [domain, version] of Object.entries({ '': spec.opset, ...spec.domains })) {
    file.message(numberOf('Model', 'opsetImport'), (to) =>
      to.string(numberOf('OperatorSet', 'domain'), domain).int(numberOf('OperatorSet', 'version'), version),
    );
  }
  for (const [key, value] of Object.entries(spec.metadata ?? {})) {
    file.message(numberOf('Model', 'metadata'), (to) =>
      to.string(numberOf('Entry', 'key'), key).string(numberOf('Entry', 'value'), value),
    );
  }
  return file.finish().slice();
}

function nodesOf(nodes: readonly NodeSpec[]): Writer {
  const graph = new Writer();
  for (const [op, inputs, outputs, attributes = {}, domain = ''] of nodes)
    writeNode(graph, { op, inputs, outputs, attributes, domain });
  return graph;
}
