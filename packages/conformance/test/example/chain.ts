import type { Tensor } from '@gradcam/core';
import { type Network, ruleOf } from '../../src/index.ts';
import { ChainModel } from './chain-model.ts';

const doubles = ({ data, dims }: Tensor): { data: Float64Array; dims: readonly number[] } => ({
  data: Float64Array.from(data),
  dims: [1, ...dims],
});
const floats = ({ data, dims }: { data: Float64Array; dims: readonly number[] }): Tensor => ({
  data: Float32Array.from(data),
  dims: dims.slice(1),
});

/** Opens a network that is a chain on the runtime of the example, its stages computed by the reference's formulas. */
export async function chainModel({ nodes }: Network): Promise<ChainModel> {
  const [input, ...rest] = nodes;
  if (!input) throw new Error('a network without nodes');
  return new ChainModel(
    input,
    rest.map((node) => ({
      name: node.name,
      dims: node.dims,
      pools: node.op === 'globalAverage',
      forward: (x) => floats(ruleOf(node).forward(node as never, [doubles(x)])),
      backward: (gradient, x, y) =>
        floats(ruleOf(node).backward(node as never, doubles(gradient), [doubles(x)], doubles(y))[0] as never),
    })),
  );
}
