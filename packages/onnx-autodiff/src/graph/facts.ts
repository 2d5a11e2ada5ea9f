import type { Shape } from '../emit/shape.ts';
import type { Value } from '../emit/tape.ts';
import type { Graph } from './graph.ts';
import { BFLOAT16, type Dims, type Fact, FLOAT, INT8, isFloat, UINT8 } from './types.ts';

/** Types and dims of tensors as somebody measured or inferred them, by name; a string dim is a size known only by name. */
export type Shapes = ReadonlyMap<string, { readonly type?: number | undefined; readonly dims?: Dims | undefined }>;

/** What is known of every tensor: what the caller found out, then what the file declares. No shape inference of our own. */
export class Facts {
  readonly #graph: Graph;
  readonly #given: Shapes;
  readonly #onlyFloat32: boolean;

  constructor(graph: Graph, given: Shapes = new Map()) {
    this.#graph = graph;
    this.#given = given;
    this.#onlyFloat32 =
      ![...graph.declared.values()].some(({ type }) => type !== undefined && isFloat(type) && type !== FLOAT) &&
      !graph.nodes.some(
        (node) =>
          node.op === 'Cast' && node.domain === '' && isFloat(node.int('to', FLOAT)) && node.int('to', FLOAT) !== FLOAT,
      );
  }

  of(name: string): Fact {
    const given = this.#given.get(name);
    const declared = this.#graph.declared.get(name);
    return { type: given?.type ?? declared?.type, dims: given?.dims ?? declared?.dims };
  }

  /** A float tensor as float32. Where the type is unknown it is cast too, unless the whole file knows no other float type. */
  float32(e: Shape, value: Value): Value {
    if (value.type === FLOAT) return value;
    if (value.type === undefined) return this.#onlyFloat32 ? value : e.float(value);
    return isFloat(value.type) ? e.float(value) : value;
  }

  /** Integers that stand for real numbers with one scale: they can be read, differentiated and set as those. */
  standsForReal(name: string): boolean {
    const quantisation = this.#graph.quantisations.get(name);
    const { type } = this.of(name);
    if (!quantisation || (type !== UINT8 && type !== INT8)) return false;
    return [quantisation.scale, quantisation.zero].every((part) => {
      const { dims } = this.of(part);
      const single = dims !== undefined && (dims.length === 0 || (dims.length === 1 && dims[0] === 1));
      const fixed = this.#graph.initializers.has(part) || this.#graph.producers.get(part)?.op === 'Constant';
      return part === '' || (single && fixed);
    });
  }

  /** It is given out and taken in as float32: no JavaScript runtime has tensors of bfloat16, and integers mean something. */
  goesByFloat32(name: string): boolean {
    return this.of(name).type === BFLOAT16 || this.standsForReal(name);
  }

  /** A float tensor as float32, a quantised one as the real numbers it stands for. */
  real(e: Shape, value: Value): Value {
    const quantisation = this.#graph.quantisations.get(value.name);
    if (!quantisation || (value.type !== undefined && isFloat(value.type))) return this.float32(e, value);
    const { scale, zero, axis } = quantisation;
    const along = (name: string): Value => {
      const { dims, type } = this.of(name);
      const factor = e.float({ name, dims, type });
      const single = axis === undefined || (dims !== undefined && (dims.length === 0 || dims[0] === 1));
      return single ? factor : e.alongAxis(factor, axis, e.rank(value));
    };
    const integers = e.float(value);
    const real = e.mul(zero === '' ? integers : e.sub(integers, along(zero)), along(scale));
    return { ...real, dims: value.dims, type: FLOAT };
  }
}
