import type { Arithmetic } from '../emit/arithmetic.ts';
import type { Value } from '../emit/tape.ts';
import type { Graph } from './graph.ts';
import { type Dims, type Fact, FLOAT, isFloat } from './types.ts';

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
  float32(e: Arithmetic, value: Value): Value {
    if (value.type === FLOAT) return value;
    if (value.type === undefined) return this.#onlyFloat32 ? value : e.float(value);
    return isFloat(value.type) ? e.float(value) : value;
  }
}
