import { describe, expect, it } from 'vitest';
import { ablationCam, explain, type Grid, type Layer, type Model, methods, type Pass, tensor } from '../src/index.ts';
import { asTokens, withClassToken } from './as-tokens.ts';
import { layerNamed } from './layer.ts';
import { draw } from './one-picture.ts';
import { reluNetwork } from './relu-network.ts';

const grid: Grid = { kind: 'tokens', prefix: 1, height: 2, width: 3 };
const CHANNELS = 2;
const TOKENS = 7;

const normed = (name: string): Layer => layerNamed(name, 'LayerNormalization', [null, TOKENS, CHANNELS], { grid });

/** "patches" [N, 7, 2] -> "last", whose patches nobody reads: the score is the class token plus what each patch gave it before. */
const at = (token: number, channel: number): number => token * CHANNELS + channel;
const weightOf = (token: number, channel: number): number => (token === 0 ? 1 : 0.1 * token + channel);

const readout: Model = {
  backend: 'tokens',
  inputs: [{ name: 'patches', type: 'float32', dims: [null, TOKENS, CHANNELS] }],
  outputs: [{ name: 'logits', type: 'float32', dims: [null, 1] }],
  score: { output: 'logits', kind: 'logit', activation: null },
  layers: [normed('patches'), normed('block'), normed('last')],
  run: async (inputs, { layers = [] } = {}): Promise<Pass> => {
    const activation = inputs instanceof Map ? inputs.get('patches') : inputs;
    const { output, outputs } = await readout.resume({ layer: 'block', activation });
    const read = layers.map((name) => [name, activation] as const);
    const gradient = (name: string) => ({
      dims: activation.dims,
      data: activation.data.map((_: number, i: number) => {
        const token = Math.floor(i / CHANNELS) % TOKENS;
        return name === 'last' && token > 0 ? 0 : weightOf(token, i % CHANNELS);
      }),
    });
    return {
      output,
      outputs,
      activations: new Map(read),
      gradients: new Map(layers.map((name) => [name, gradient(name)])),
    };
  },
  resume: async ({ activation: { data, dims } }) => {
    const batch = dims[0] ?? 1;
    const sums = new Float32Array(batch);
    data.forEach((value, i) => {
      const n = Math.floor(i / (TOKENS * CHANNELS));
      sums[n] = (sums[n] ?? 0) + value * weightOf(Math.floor(i / CHANNELS) % TOKENS, i % CHANNELS);
    });
    const output = { data: sums, dims: [batch, 1] };
    return { output, outputs: new Map([['logits', output]]) };
  },
  pull: async () => {
    throw new Error('not needed');
  },
  dispose: async () => {},
};

const x = Float32Array.from({ length: TOKENS * CHANNELS }, (_, i) => i + 1);
const patches = [1, 2, 3, 4, 5, 6];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

describe('token grids', () => {
  it('are transposed without their prefix, and a grid whose patches have no gradient is passed over', async () => {
    const [found] = await explain(readout, tensor(x, [1, TOKENS, CHANNELS]));
    const weights = [0, 1].map((channel) => mean(patches.map((token) => weightOf(token, channel))));
    expect(found?.layer).toMatchObject({ name: 'block', chosen: 'auto', dims: [TOKENS, CHANNELS] });
    expect(found?.layer.reason).toMatch(/whose patches have a gradient/);
    expect(found?.map.dims).toEqual([2, 3]);
    patches.forEach((token, i) => {
      const expected = [0, 1].reduce((sum, k) => sum + (weights[k] ?? 0) * (x[at(token, k)] ?? 0), 0);
      expect(found?.map.data[i]).toBeCloseTo(expected, 4);
    });
  });

  it('are written back around the prefix by probes', async () => {
    const [found] = await explain(readout, tensor(x, [1, TOKENS, CHANNELS]), {
      method: ablationCam,
      layer: 'block',
      chunk: 1,
    });
    [0, 1].forEach((channel) => {
      const removed = patches.reduce((sum, token) => sum + weightOf(token, channel) * (x[at(token, channel)] ?? 0), 0);
      expect(found?.weights?.[channel]).toBeCloseTo(removed, 3);
    });
  });
});

describe('a transformer that reads its class token', () => {
  const space = [8, 12];
  const network = reluNetwork(space);
  const behind = methods.filter(({ ignoresTarget, at: where }) => !ignoresTarget && where !== 'input');
  it.each(behind)('$name passes over the last block, whose patches nobody reads', async (method) => {
    const options = { method, target: 1, budget: 20 };
    const [found] = await explain(withClassToken(network), draw(space), options);
    // These mask the picture and never ask what lies behind the layer.
    const masks = /^(score|is|ss)-cam$/.test(method.name);
    expect(found?.layer.name).toBe(masks ? 'norm' : method.name === 'refine-cam' ? 'relu1' : 'relu2');
    const read = method.name === 'refine-cam' ? ['relu2', 'relu1'] : 'relu2';
    const [given] = await explain(asTokens(network), draw(space), { ...options, layer: read });
    expect(found?.map).toEqual(given?.map);
    expect(found?.warnings.filter(({ code }) => code !== 'fails-sanity-checks')).toEqual([]);
  });

  it('is told of when the last block is asked for', async () => {
    const [found] = await explain(withClassToken(network), draw(space), { layer: 'norm' });
    expect(found?.warnings.map(({ code }) => code)).toContain('unread-tokens');
  });
});
