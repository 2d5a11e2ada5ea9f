import { augment } from '../../src/augment.ts';
import { typeNumber } from '../../src/graph/types.ts';
import type { RuleTable } from '../../src/rules/rule.ts';
import { model, type NodeSpec, type Port } from '../models/build.ts';
import { type Array64, type Case, differentiable, type Operand, operandOf } from './case.ts';
import { draw } from './draw.ts';
import { generator, hash, normal } from './random.ts';
import type { Runtime, Session, Values } from './runtime.ts';

/** Largest relative error of a gradient against the float64 reference, or of the adjoint identity. */
export const TOLERANCE = 1e-5;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** ||a - b|| / ||b||; absolute where b is zero. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const difference = Float64Array.from(b, (value, i) => (a[i] as number) - value);
  return norm(difference) / (norm(b) || 1);
}

interface Built {
  readonly bytes: Uint8Array;
  readonly operands: readonly Operand[];
  readonly values: readonly Float64Array[];
  readonly wrt: readonly number[];
  readonly outputs: readonly string[];
}

function build(row: Case, opset: number): Built {
  const operands = row.inputs.map(operandOf);
  const random = generator(hash(`${row.op} ${row.about ?? ''}`));
  const values = operands.map((operand) => draw(operand, random));
  const there = typeof row.outputs === 'object' ? row.outputs : new Array<boolean>(row.outputs ?? 1).fill(true);
  const outputs = there.map((used, index) => (used ? `y${index}` : ''));
  const attributes = typeof row.attributes === 'function' ? row.attributes(opset) : row.attributes;
  const names = operands.map((operand, index) => (operand.absent ? '' : `x${index}`));
  const node: NodeSpec = [row.op, names, outputs, attributes ?? {}, row.domain ?? ''];
  const inputs: Record<string, Port> = {};
  const constants: Record<string, { type: string; dims: readonly number[]; values: ArrayLike<number> }> = {};
  operands.forEach((operand, index) => {
    const type = operand.type ?? 'float32';
    const dims =
      row.freeDims && type.startsWith('float')
        ? operand.dims.map((dim, axis) => (dim === 1 ? 1 : `x${index}_${axis}`))
        : operand.dims;
    if (operand.constant) constants[`x${index}`] = { type, dims: operand.dims, values: values[index] as Float64Array };
    else if (!operand.absent) inputs[`x${index}`] = { type, dims };
  });
  const domains = row.domain ? { [row.domain]: 1 } : {};
  const bytes = model({ opset, domains, inputs, constants, nodes: [node], outputs: outputs.filter(Boolean) });
  const wrt = operands.flatMap((operand, index) => (differentiable(operand) ? [index] : []));
  return { bytes, operands, values, wrt, outputs };
}

/** Central differences of <u, reference> in float64: the step's own error is below 1e-9. */
function referenceGradient(row: Case, built: Built, cotangents: readonly Float64Array[], input: number): Float64Array {
  const reference = row.reference as Exclude<Case['reference'], 'linear'>;
  const arrays = built.operands.map(
    (operand, index): Array64 => ({ data: (built.values[index] as Float64Array).slice(), dims: operand.dims }),
  );
  const loss = (): number => {
    const outputs = reference(arrays);
    return (Array.isArray(outputs) ? (outputs as Array64[]) : [outputs as Array64]).reduce(
      (sum, y, i) => sum + dot(y.data, cotangents[i] ?? []),
      0,
    );
  };
  const data = (arrays[input] as Array64).data;
  return data.map((value, i) => {
    const step = 1e-6 * Math.max(1, Math.abs(value));
    data[i] = value + step;
    const above = loss();
    data[i] = value - step;
    const below = loss();
    data[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Runs one row at one opset; returns what is wrong, or undefined. */
export async function faultOf(
  runtime: Runtime,
  row: Case,
  opset: number,
  rules?: RuleTable,
): Promise<string | undefined> {
  const built = build(row, opset);
  const feeds = new Map<string, Values>();
  built.operands.forEach((operand, index) => {
    if (!operand.constant && !operand.absent)
      feeds.set(`x${index}`, {
        type: operand.type ?? 'float32',
        dims: operand.dims,
        data: built.values[index] as Float64Array,
      });
  });
  const plain = await runtime.load(built.bytes);
  const y = await plain.run(feeds);
  const shapes = new Map(
    [...y].map(([name, { type, dims }]) => [
      name,
      {
        type: typeNumber(type),
        dims: row.freeDims ? dims.map((dim, axis) => (dim === 1 ? 1 : `${name}_${axis}`)) : dims,
      },
    ]),
  );
  const used = built.outputs.filter((name) => y.get(name)?.type.startsWith('float'));
  const augmented = augment(built.bytes, {
    of: used,
    wrt: built.wrt.map((index) => `x${index}`),
    shapes,
    ...(rules ? { rules } : {}),
  });
  const random = generator(hash(`${row.op} cotangent`));
  const cotangents = built.outputs.map((name) => Float64Array.from(y.get(name)?.data ?? [], () => normal(random)));
  for (const [name, input] of augmented.cotangentInputs) {
    feeds.set(input, {
      type: 'float32',
      dims: y.get(name)?.dims ?? [],
      data: cotangents[built.outputs.indexOf(name)] as Float64Array,
    });
  }
  const session = await runtime.load(augmented.bytes);
  const results = await session.run(feeds);
  try {
    for (const name of built.outputs.filter(Boolean)) {
      if (relativeError(results.get(name)?.data ?? [], y.get(name)?.data ?? []) > 1e-6) return `output ${name} changed`;
    }
    if (row.reference !== 'linear') {
      const expected = row.reference(
        built.operands.map((operand, index) => ({ data: built.values[index] as Float64Array, dims: operand.dims })),
      );
      const [first] = Array.isArray(expected) ? (expected as Array64[]) : [expected as Array64];
      const error = relativeError(y.get('y0')?.data ?? [], first?.data ?? []);
      if (!(error < TOLERANCE))
        return `the reference is wrong itself: its output differs from the runtime's by ${error}`;
    }
    for (const index of built.wrt) {
      const gradient = results.get(augmented.gradients.get(`x${index}`) ?? '');
      const operand = built.operands[index] as Operand;
      if (gradient?.type !== 'float32' || gradient.dims.join() !== operand.dims.join())
        return `the gradient of input ${index} is ${gradient?.type} [${gradient?.dims}], expected float32 [${operand.dims}]`;
      const error =
        row.reference === 'linear'
          ? await adjointError(plain, feeds, index, built, cotangents, gradient.data)
          : relativeError(gradient.data, referenceGradient(row, built, cotangents, index));
      if (!(error < TOLERANCE)) return `the gradient of input ${index} is off by ${error}`;
    }
    return undefined;
  } finally {
    await plain.release();
    await session.release();
  }
}

/**
 * |<J v, u> - <v, J^T u>| over the greater of ||J v|| ||u|| and ||v|| ||J^T u|| (one alone may cancel to nothing) for random v,
 * where f is linear in the input: J v = f(v) - f(0).
 */
async function adjointError(
  session: Session,
  feeds: ReadonlyMap<string, Values>,
  index: number,
  built: Built,
  cotangents: readonly Float64Array[],
  gradient: ArrayLike<number>,
): Promise<number> {
  const random = generator(index + 1);
  const name = `x${index}`;
  const input = feeds.get(name) as Values;
  const plainFeeds = new Map([...feeds].filter(([key]) => key.startsWith('x')));
  const at = (data: Float64Array): Promise<ReadonlyMap<string, Values>> =>
    session.run(new Map([...plainFeeds, [name, { ...input, data }]]));
  const zero = await at(new Float64Array(input.data.length));
  let worst = 0;
  for (let trial = 0; trial < 4; trial++) {
    const v = Float64Array.from(input.data, () => Math.fround(normal(random)));
    const moved = await at(v);
    let forward = 0;
    let scale = 0;
    built.outputs.forEach((output, i) => {
      const jv = Float64Array.from(
        moved.get(output)?.data ?? [],
        (value, j) => value - (zero.get(output)?.data[j] as number),
      );
      forward += dot(jv, cotangents[i] as Float64Array);
      scale += norm(jv) * norm(cotangents[i] as Float64Array);
    });
    worst = Math.max(worst, Math.abs(forward - dot(v, gradient)) / (Math.max(scale, norm(v) * norm(gradient)) || 1));
  }
  return worst;
}
