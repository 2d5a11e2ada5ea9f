/**
 * The fields of ONNX messages that this package reads or writes, by number.
 * Source: onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. A field that is not listed is skipped on reading.
 *
 * Kinds: `int` is a signed 64-bit varint, `chunks` keeps the undecoded pieces of a large repeated scalar,
 * `span` is a message left unread; a capitalised name is a nested message; `[kind]` repeats.
 */
export const schema = {
  Model: {
    irVersion: [1, 'int'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    modelVersion: [5, 'int'],
    graph: [7, ['span']],
    opsetImport: [8, ['OperatorSet']],
    metadata: [14, ['Entry']],
    functions: [25, ['Function']],
  },
  OperatorSet: { domain: [1, 'string'], version: [2, 'int'] },
  Entry: { key: [1, 'string'], value: [2, 'string'] },
  Graph: {
    node: [1, ['Node']],
    name: [2, 'string'],
    initializer: [5, ['Tensor']],
    input: [11, ['ValueInfo']],
    output: [12, ['ValueInfo']],
    valueInfo: [13, ['ValueInfo']],
    sparseInitializer: [15, ['SparseTensor']],
  },
  Node: {
    input: [1, ['string']],
    output: [2, ['string']],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, ['Attribute']],
    domain: [7, 'string'],
    overload: [8, 'string'],
    metadata: [9, ['Entry']],
  },
  Attribute: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int'],
    s: [4, 'bytes'],
    t: [5, 'Tensor'],
    g: [6, 'Graph'],
    floats: [7, ['float']],
    ints: [8, ['int']],
    strings: [9, ['bytes']],
    graphs: [11, ['Graph']],
    type: [20, 'int'],
    refAttrName: [21, 'string'],
  },
  Tensor: {
    dims: [1, ['int']],
    dataType: [2, 'int'],
    floatData: [4, 'chunks'],
    int32Data: [5, 'chunks'],
    stringData: [6, 'chunks'],
    int64Data: [7, 'chunks'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'chunks'],
    uint64Data: [11, 'chunks'],
    externalData: [13, ['Entry']],
    dataLocation: [14, 'int'],
  },
  SparseTensor: { values: [1, 'Tensor'], dims: [3, ['int']] },
  ValueInfo: { name: [1, 'string'], type: [2, 'Type'] },
  Type: {
    tensor: [1, 'TensorType'],
    sequence: [4, 'span'],
    map: [5, 'span'],
    sparse: [8, 'span'],
    optional: [9, 'span'],
  },
  TensorType: { elemType: [1, 'int'], shape: [2, 'Shape'] },
  Shape: { dim: [1, ['Dimension']] },
  Dimension: { value: [1, 'int'], symbol: [2, 'string'] },
  Function: {
    name: [1, 'string'],
    input: [4, ['string']],
    output: [5, ['string']],
    attribute: [6, ['string']],
    node: [7, ['Node']],
    opsetImport: [9, ['OperatorSet']],
    domain: [10, 'string'],
    attributeDefault: [11, ['Attribute']],
    overload: [13, 'string'],
  },
} as const;

export type MessageName = keyof typeof schema;

/** `bytes[from..to)`, the content of a field, whose tag starts at `start`. */
export interface Span {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** A piece of a repeated scalar as the file holds it: packed, or one element with its wire type. */
export interface Chunk {
  readonly wireType: number;
  readonly bytes: Uint8Array;
}

interface Scalars {
  readonly int: number;
  readonly float: number;
  readonly string: string;
  readonly bytes: Uint8Array;
  readonly span: Span;
  readonly chunks: readonly Chunk[];
}

type Single<K> = K extends keyof Scalars ? Scalars[K] : K extends MessageName ? Message<K> : never;
type Repeated<K> = K extends readonly [infer E] ? readonly Single<E>[] : never;
type FieldsOf<M extends MessageName> = (typeof schema)[M];
type KindOf<M extends MessageName, F extends keyof FieldsOf<M>> = FieldsOf<M>[F] extends readonly [number, infer K]
  ? K
  : never;

/** A decoded message: repeated fields are always there (empty when absent), single ones only when the file has them. */
export type Message<M extends MessageName> = {
  readonly [F in keyof FieldsOf<M> as KindOf<M, F> extends readonly unknown[] | 'chunks' ? F : never]: KindOf<
    M,
    F
  > extends 'chunks'
    ? readonly Chunk[]
    : Repeated<KindOf<M, F>>;
} & {
  readonly [F in keyof FieldsOf<M> as KindOf<M, F> extends readonly unknown[] | 'chunks' ? never : F]?: Single<
    KindOf<M, F>
  >;
} & { readonly span: Span };

/** The number of a field, for writing. */
export function numberOf<M extends MessageName>(message: M, field: keyof FieldsOf<M>): number {
  return (schema[message][field] as readonly [number, unknown])[0];
}
