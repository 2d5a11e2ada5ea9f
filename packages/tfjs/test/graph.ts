import { sizeOf } from '@gradcam/core';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { io } from '@tensorflow/tfjs-core';
import { drawn } from './seeded.ts';

type Attribute = number | boolean | string | readonly number[] | readonly string[];

/** Operator, name, inputs ("^node" and "node:1" as in a GraphDef) and attributes in plain words. */
export type NodeLine = readonly [
  op: string,
  name: string,
  inputs: readonly string[],
  attributes?: Readonly<Record<string, Attribute>>,
];

export interface Weight {
  readonly dims: readonly number[];
  readonly values?: readonly number[];
  readonly type?: 'float32' | 'int32';
}

export interface GraphSpec {
  readonly inputs: Readonly<
    Record<string, { readonly dims: readonly number[]; readonly type?: 'DT_FLOAT' | 'DT_INT32' }>
  >;
  readonly nodes: readonly NodeLine[];
  /** Constants; values that are not given are drawn. */
  readonly weights: Readonly<Record<string, Weight>>;
  readonly outputs: readonly string[];
}

const FLOATS = new Set(['epsilon', 'alpha']);

function encoded(key: string, value: Attribute): unknown {
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'number') return FLOATS.has(key) ? { f: value } : { i: `${value}` };
  if (typeof value === 'string') return value.startsWith('DT_') ? { type: value } : { s: btoa(value) };
  return typeof value[0] === 'string'
    ? { list: { s: value.map((text) => btoa(text as string)) } }
    : { list: { i: value.map((number) => `${number}`) } };
}

const shapeOf = (dims: readonly number[]): object => ({ dim: dims.map((size) => ({ size: `${size}` })) });

/** A GraphModel as the converter writes it. */
export function graphModel({ inputs, nodes, weights, outputs }: GraphSpec): Promise<GraphModel> {
  const placeholders = Object.entries(inputs).map(([name, { dims, type = 'DT_FLOAT' }]) => ({
    name,
    op: 'Placeholder',
    attr: { dtype: { type }, shape: { shape: shapeOf(dims) } },
  }));
  const constants = Object.keys(weights).map((name) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: weights[name]?.type === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } },
  }));
  const computed = nodes.map(([op, name, input, attributes = {}]) => ({
    name,
    op,
    input,
    attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, encoded(key, value)])),
  }));
  const data = Object.values(weights).map(({ dims, values, type }, i) => {
    if (type === 'int32') return Int32Array.from(values ?? []);
    const fanIn = Math.max(1, sizeOf(dims.slice(0, -1)));
    return values ? Float32Array.from(values) : drawn(dims, i + 1, dims.length < 2 ? 0.2 : Math.sqrt(2 / fanIn)).data;
  });
  const bytes = new Uint8Array(data.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of data) {
    bytes.set(new Uint8Array(part.buffer), at);
    at += part.byteLength;
  }
  return loadGraphModel(
    io.fromMemory({
      format: 'graph-model',
      modelTopology: { node: [...placeholders, ...constants, ...computed], versions: {} },
      weightSpecs: Object.entries(weights).map(([name, { dims, type = 'float32' }]) => ({
        name,
        shape: [...dims],
        dtype: type,
      })),
      weightData: bytes.buffer,
      signature: {
        inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, { name: `${name}:0` }])),
        outputs: Object.fromEntries(
          outputs.map((name) => [`the_${name}`, { name: name.includes(':') ? name : `${name}:0` }]),
        ),
      },
    }),
  );
}
