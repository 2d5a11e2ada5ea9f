import { type Artifacts, WeightsFile } from './weights-file.ts';

/** A value of an attribute, as the JSON of a GraphDef says it. */
export type GraphAttribute = Readonly<Record<string, unknown>>;

const toBase64 = (text: string): string => btoa(text);

export const text = (value: string): GraphAttribute => ({ s: toBase64(value) });
export const ints = (values: readonly number[]): GraphAttribute => ({ list: { i: values.map(String) } });
export const int = (value: number): GraphAttribute => ({ i: String(value) });
export const float = (value: number): GraphAttribute => ({ f: value });
export const flag = (value: boolean): GraphAttribute => ({ b: value });
export const type = (value: 'DT_FLOAT' | 'DT_INT32'): GraphAttribute => ({ type: value });

const shapeOf = (dims: readonly number[]): object => ({ dim: dims.map((dim) => ({ size: String(dim) })) });

/** A frozen GraphDef, node by node. Every method that makes a node takes its name and returns it. */
export class GraphFile {
  readonly #weights = new WeightsFile();
  readonly #nodes: object[] = [];
  readonly #inputs: Record<string, object> = {};

  /** @param dims -1 where any size is taken */
  input(name: string, dims: readonly number[]): string {
    this.#nodes.push({ name, op: 'Placeholder', attr: { dtype: type('DT_FLOAT'), shape: { shape: shapeOf(dims) } } });
    this.#inputs[name] = { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeOf(dims) };
    return name;
  }

  node(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, GraphAttribute>> = {},
  ): string {
    this.#nodes.push({ name, op, input: inputs, attr: { T: type('DT_FLOAT'), ...attributes } });
    return name;
  }

  constant(
    name: string,
    dims: readonly number[],
    values: ArrayLike<number>,
    dtype: 'float32' | 'int32' = 'float32',
  ): string {
    const word = dtype === 'float32' ? 'DT_FLOAT' : 'DT_INT32';
    const value = { tensor: { dtype: word, tensorShape: shapeOf(dims) } };
    this.#nodes.push({ name, op: 'Const', attr: { dtype: type(word), value } });
    this.#weights.add(name, dims, values, dtype);
    return name;
  }

  /** A constant list of whole numbers. */
  list(name: string, values: readonly number[]): string {
    return this.constant(name, [values.length], values, 'int32');
  }

  finish(outputs: readonly string[]): Artifacts {
    return {
      format: 'graph-model',
      modelTopology: { node: this.#nodes, versions: { producer: 1482 } },
      weightSpecs: this.#weights.specs,
      weightData: this.#weights.data(),
      signature: {
        inputs: this.#inputs,
        outputs: Object.fromEntries(outputs.map((name) => [name, { name: `${name}:0`, dtype: 'DT_FLOAT' }])),
      },
    };
  }
}
