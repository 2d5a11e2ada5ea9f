import { describe, expect, it } from 'vitest';
import {
  type Explanation,
  explain,
  explanationFromJson,
  explanationToJson,
  type Method,
  type Model,
  methods,
  type Tensor,
} from '../src/index.ts';
import { asTokens } from './as-tokens.ts';
import { draw } from './one-picture.ts';
import { reluNetwork } from './relu-network.ts';

const space = [8, 12];
const picture = draw(space);
const network = reluNetwork(space);
const one = async (model: Model, method: Method, layer?: string, x: Tensor = picture): Promise<Explanation> => {
  const given = method.at === 'input' || layer === undefined ? {} : { layer };
  const [found] = await explain(model, x, { method, target: 1, seed: 3, budget: 40, ...given });
  if (!found) throw new Error('no explanation');
  return found;
};
/** CAM wants a pooling and a linear layer behind its layer, which relu1 has not. */
const anywhere = methods.filter(({ name }) => name !== 'cam');

/** The same network, whose layer relu2 and logits hold a value that is no number. */
function spoilt(value: number): Model {
  const change = (tensor: Tensor | undefined): Tensor | undefined =>
    tensor && { ...tensor, data: tensor.data.map((v, i) => (i === 1 ? value : v)) };
  const all = (values: ReadonlyMap<string, Tensor>) =>
    new Map([...values].map(([name, tensor]) => [name, name === 'x' ? tensor : (change(tensor) as Tensor)]));
  return {
    ...network,
    run: async (inputs, request) => {
      const pass = await network.run(inputs, request);
      return {
        output: change(pass.output) as Tensor,
        outputs: all(pass.outputs),
        activations: all(pass.activations),
        gradients: all(pass.gradients),
      };
    },
    resume: async (point) => {
      const { output, outputs } = await network.resume(point);
      return { output: change(output) as Tensor, outputs: all(outputs) };
    },
  };
}

describe.each(methods.map((method) => ({ name: method.name, method })))('$name', ({ method }) => {
  it('sees a token grid as the feature map it stands for', async () => {
    const [tokens, map] = [await one(asTokens(network), method, 'relu2'), await one(network, method, 'relu2')];
    expect(tokens.map).toEqual(map.map);
    expect(tokens.weights).toEqual(map.weights);
  });

  it.each([Number.NaN, Infinity, -Infinity])('lets no %d out without saying so', async (value) => {
    const found = await one(spoilt(value), method, 'relu2');
    const codes = found.warnings.map(({ code }) => code);
    expect(found.map.data.every(Number.isFinite) || codes.some((code) => code.startsWith('non-finite'))).toBe(true);
    const { data } = explanationToJson(found).map;
    expect(data.every((cell) => cell === null || Number.isFinite(cell))).toBe(true);
  });

  it('takes an empty picture, and comes back from JSON', async () => {
    const found = await one(network, method, 'relu2', { ...picture, data: new Float32Array(picture.data.length) });
    expect(found.map.data.every(Number.isFinite)).toBe(true);
    expect(explanationFromJson(JSON.parse(JSON.stringify(explanationToJson(found))))).toEqual(found);
  });
});

describe.each(anywhere.map((method) => ({ name: method.name, method })))('$name', ({ method }) => {
  it('takes a layer of one position, and says so', async () => {
    const x = draw([2, 2]);
    const found = await one(reluNetwork([2, 2]), method, 'relu2', x);
    expect(found.map.data.every(Number.isFinite)).toBe(true);
    if (method.at === 'input' || method.name === 'guided-grad-cam') expect(found.map.dims).toEqual([2, 2]);
    else {
      expect(found.map.dims).toEqual([1, 1]);
      expect(found.warnings.map(({ code }) => code)).toContain('one-position');
    }
  });

  it('depends on the target, unless it says that it does not', async () => {
    const other = async (target: number) => (await explain(network, picture, { method, target, budget: 40 }))[0]?.map;
    expect(JSON.stringify(await other(0)) === JSON.stringify(await other(1))).toBe(method.ignoresTarget ?? false);
  });
});

describe('a method of a user’s own', () => {
  const half: Omit<Method, 'kind' | 'explain'> = { name: 'half', title: 'Half', paper: 'mine', cost: '1 forward' };
  it.each([
    { ...half, kind: 'activation', explain: ({ channels }) => ({ weights: new Float64Array(channels).fill(0.5) }) },
    { ...half, kind: 'gradient', explain: ({ channels }) => ({ weights: new Float64Array(channels).fill(0.5) }) },
    {
      ...half,
      kind: 'probe',
      explain: async ({ activation: { channels } }) => ({ weights: new Float64Array(channels).fill(0.5) }),
    },
  ] satisfies Method[])('of kind $kind is handed in as a built-in one', async (method) => {
    const found = await one(network, method, 'relu2');
    expect(found.method).toBe('half');
    const { activations } = await network.run(picture, { layers: ['relu2'] });
    const { data } = activations.get('relu2') as Tensor;
    found.map.data.forEach((value, i) => {
      expect(value).toBeCloseTo(((data[i] ?? 0) + (data[24 + i] ?? 0)) / 2, 5);
    });
    const [fused] = await explain(network, picture, {
      method,
      layer: ['relu1', 'relu2'],
      augSmooth: true,
      compat: 'eli5',
    });
    expect(fused?.parts).toHaveLength(12);
  });

  it('is told when its sizes do not fit', async () => {
    const wrong: Method = { ...half, kind: 'activation', explain: () => ({ weights: new Float64Array(5) }) };
    await expect(one(network, wrong, 'relu2')).rejects.toThrow(/5 weights; expected 2/);
    const map: Method = { ...half, kind: 'activation', explain: () => ({ map: new Float64Array(5), space: [2, 2] }) };
    await expect(one(network, map, 'relu2')).rejects.toThrow(/5 positions; expected 4/);
  });
});
