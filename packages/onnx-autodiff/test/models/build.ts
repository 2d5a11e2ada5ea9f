import { type Attributes, writeNode } from '../../src/emit/node-proto.ts';
import { writeValueInfo } from '../../src/emit/value-info.ts';
import type { Dims } from '../../src/graph/types.ts';
import { FLOAT, typeNumber } from '../../src/graph/types.ts';
import { fields } from '../../src/wire/reader.ts';
import { numberOf } from '../../src/wire/schema.ts';
import { Writer } from '../../src/wire/writer.ts';

/** A constant of a test model. */
export interface Constant {
  readonly type?: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** In the repeated field of its type instead of raw bytes: float_data, int32_data (also of float16, by its bits), int64_data, double_data. */
  readonly field?: boolean;
  /** A sparse initializer: where its values stand, row-major; all others are zero. */
  readonly indices?: readonly number[];
  /** Kept in a file beside the model: its name there, and where in it; `rawBytes` says what stands there. */
  readonly external?: { readonly location: string; readonly offset?: string; readonly length?: string };
}

export interface Port {
  readonly type?: string;
  readonly dims?: Dims;
}

/** What emitted nodes never have: a subgraph, a tensor, the name of a function's attribute (and its AttributeType). */
export type SpecialAttribute =
  | { readonly graph: GraphSpec }
  | { readonly tensor: Constant }
  | { readonly ref: string; readonly type: number };

/** A node as [op, inputs, outputs, attributes, domain]. */
export type NodeSpec = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, Attributes[string] | SpecialAttribute>>,
  domain?: string,
];

/** The body of a branch or a loop. */
export interface GraphSpec {
  readonly inputs?: Readonly<Record<string, Port | Dims>>;
  readonly constants?: Readonly<Record<string, Constant>>;
  readonly nodes: readonly NodeSpec[];
  readonly outputs: Readonly<Record<string, Port | Dims>> | readonly string[];
}

/** A local function, of domain "local" and the model's opset unless it says otherwise. */
export interface FunctionSpec {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly string[];
  readonly defaults?: Attributes;
  readonly nodes: readonly NodeSpec[];
  readonly opset?: number;
}

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
  readonly functions?: Readonly<Record<string, FunctionSpec>>;
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
  // the upper half of a float32, for values that fit
  bfloat16: (values) => Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) => bits >>> 16),
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

function writeConstant(to: Writer, name: string, { type = 'float32', dims, values, external, field }: Constant): void {
  to.ints(numberOf('Tensor', 'dims'), dims)
    .int(numberOf('Tensor', 'dataType'), typeNumber(type) ?? FLOAT)
    .string(numberOf('Tensor', 'name'), name);
  if (field) {
    writeField(to, type, values);
    return;
  }
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

/** SparseTensorProto.indices, which the package itself never reads. */
const SPARSE_INDICES = 2;

function writeSparse(to: Writer, name: string, { dims, values, indices = [] }: Constant): void {
  to.message(numberOf('SparseTensor', 'values'), (of) => writeConstant(of, name, { dims: [values.length], values }));
  to.message(SPARSE_INDICES, (of) => writeConstant(of, '', { type: 'int64', dims: [indices.length], values: indices }));
  to.ints(numberOf('SparseTensor', 'dims'), dims);
}

function writeField(to: Writer, type: string, values: ArrayLike<number>): void {
  const raw = rawBytes(type, values);
  const bits = (): number[] => Array.from(new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2));
  if (type === 'float32') to.bytes(numberOf('Tensor', 'floatData'), raw);
  else if (type === 'float64') to.bytes(numberOf('Tensor', 'doubleData'), raw);
  else if (type === 'int64') to.ints(numberOf('Tensor', 'int64Data'), Array.from(values));
  else to.ints(numberOf('Tensor', 'int32Data'), type.endsWith('float16') ? bits() : Array.from(values));
}

const portOf = (port: Port | Dims): Port => ('length' in port ? { dims: port } : port);

/** The bytes of a small ONNX model. */
export function model(spec: ModelSpec): Uint8Array {
  const file = new Writer().int(numberOf('Model', 'irVersion'), spec.ir ?? (spec.opset > 20 ? 10 : 8));
  file.bytes(numberOf('Model', 'graph'), graphOf(spec).finish());
  const functions = Object.entries(spec.functions ?? {});
  const opsets = { '': spec.opset, ...(functions.length > 0 ? { local: 1 } : {}), ...spec.domains };
  for (const [domain, version] of Object.entries(opsets))
    writeOpset(file, numberOf('Model', 'opsetImport'), domain, version);
  for (const [key, value] of Object.entries(spec.metadata ?? {})) {
    file.message(numberOf('Model', 'metadata'), (to) =>
      to.string(numberOf('Entry', 'key'), key).string(numberOf('Entry', 'value'), value),
    );
  }
  for (const [name, body] of functions)
    file.message(numberOf('Model', 'functions'), (to) => writeFunction(to, name, body, spec.opset));
  return file.finish().slice();
}

function writeOpset(to: Writer, field: number, domain: string, version: number): void {
  to.message(field, (set) =>
    set.string(numberOf('OperatorSet', 'domain'), domain).int(numberOf('OperatorSet', 'version'), version),
  );
}

function writeFunction(to: Writer, name: string, body: FunctionSpec, opset: number): void {
  to.string(numberOf('Function', 'name'), name);
  for (const input of body.inputs) to.string(numberOf('Function', 'input'), input);
  for (const output of body.outputs) to.string(numberOf('Function', 'output'), output);
  for (const attribute of body.attributes ?? []) to.string(numberOf('Function', 'attribute'), attribute);
  for (const node of body.nodes) to.bytes(numberOf('Function', 'node'), nodeBytes(node));
  writeOpset(to, numberOf('Function', 'opsetImport'), '', body.opset ?? opset);
  writeOpset(to, numberOf('Function', 'opsetImport'), 'local', 1);
  to.string(numberOf('Function', 'domain'), 'local');
  const holder = nodeBytes(['Holder', [], [], body.defaults ?? {}]);
  for (const field of fields(holder))
    if (field.number === numberOf('Node', 'attribute'))
      to.bytes(numberOf('Function', 'attributeDefault'), holder.subarray(field.from, field.to));
}

function graphOf(spec: GraphSpec & Pick<ModelSpec, 'valueInfo'>, name = 'test'): Writer {
  const graph = new Writer();
  for (const node of spec.nodes) graph.bytes(numberOf('Graph', 'node'), nodeBytes(node));
  graph.string(numberOf('Graph', 'name'), name);
  for (const [key, constant] of Object.entries(spec.constants ?? {})) {
    if (constant.indices) graph.message(numberOf('Graph', 'sparseInitializer'), (to) => writeSparse(to, key, constant));
    else graph.message(numberOf('Graph', 'initializer'), (to) => writeConstant(to, key, constant));
  }
  const ports = (field: 'input' | 'output' | 'valueInfo', list: Readonly<Record<string, Port | Dims>>): void => {
    for (const [key, port] of Object.entries(list)) {
      const { type, dims } = portOf(port);
      const known = field !== 'output' || type !== undefined || dims !== undefined;
      graph.message(numberOf('Graph', field), (to) =>
        writeValueInfo(to, key, known ? { type: typeNumber(type ?? 'float32'), dims } : {}),
      );
    }
  };
  ports('input', spec.inputs ?? {});
  ports(
    'output',
    Array.isArray(spec.outputs)
      ? Object.fromEntries(spec.outputs.map((key: string) => [key, {}]))
      : (spec.outputs as Record<string, Port>),
  );
  ports('valueInfo', spec.valueInfo ?? {});
  return graph;
}

const isSpecial = (value: unknown): value is SpecialAttribute =>
  typeof value === 'object' && value !== null && ('graph' in value || 'tensor' in value || 'ref' in value);

/** The content of a NodeProto. */
function nodeBytes([op, inputs, outputs, attributes = {}, domain = '']: NodeSpec): Uint8Array {
  const plain = Object.entries(attributes).filter(([, value]) => !isSpecial(value)) as [string, Attributes[string]][];
  const holder = new Writer();
  writeNode(holder, { op, inputs, outputs, attributes: Object.fromEntries(plain), domain });
  const [field] = fields(holder.finish());
  const node = new Writer().raw(holder.finish().subarray(field?.from, field?.to));
  for (const [name, value] of Object.entries(attributes)) {
    if (isSpecial(value)) node.message(numberOf('Node', 'attribute'), (to) => writeSpecial(to, name, value));
  }
  return node.finish().slice();
}

function writeSpecial(to: Writer, name: string, value: SpecialAttribute): void {
  const type = numberOf('Attribute', 'type');
  to.string(numberOf('Attribute', 'name'), name);
  if ('ref' in value) to.string(numberOf('Attribute', 'refAttrName'), value.ref).int(type, value.type);
  else if ('graph' in value) to.bytes(numberOf('Attribute', 'g'), graphOf(value.graph, name).finish()).int(type, 5);
  else to.message(numberOf('Attribute', 't'), (tensor) => writeConstant(tensor, name, value.tensor)).int(type, 4);
}
