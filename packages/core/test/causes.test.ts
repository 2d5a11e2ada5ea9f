import { describe, expect, it } from 'vitest';
import { explain, gradCamPlusPlus, type Model, probabilityTarget, type Tensor } from '../src/index.ts';
import { asTokens } from './as-tokens.ts';
import { draw, one, picture, space } from './one-picture.ts';
import { reluNetwork } from './relu-network.ts';

const network = reluNetwork(space);
const codesOf = async (model: Model, options: Parameters<typeof explain>[2] = {}, x: Tensor = picture) =>
  (await explain(model, x, { target: 0, ...options })).map(({ warnings }) => warnings.map(({ code }) => code));

/** The network whose values at a layer are changed on the way out. */
function changing(
  layer: string,
  what: 'activations' | 'gradients',
  change: (value: number, at: number) => number,
): Model {
  return {
    ...network,
    run: async (inputs, request) => {
      const pass = await network.run(inputs, request);
      const values = new Map(
        [...pass[what]].map(([name, tensor]) => [
          name,
          name === layer ? { ...tensor, data: tensor.data.map(change) } : tensor,
        ]),
      );
      return { ...pass, [what]: values };
    },
  };
}

describe('an explanation says why its map is empty or doubtful', () => {
  it('nothing, of a sound one', async () => {
    expect(await codesOf(network)).toEqual([[]]);
  });

  it.each([
    ['zero-gradient', changing('relu2', 'gradients', () => 0), {}],
    ['dead-activation', changing('relu2', 'activations', () => 0), {}],
    ['constant-activation', changing('relu2', 'activations', () => 2), {}],
    ['non-finite-activation', changing('relu2', 'activations', (v, at) => (at ? v : Number.NaN)), {}],
    ['non-finite-gradient', changing('relu2', 'gradients', (v, at) => (at ? v : Infinity)), {}],
    ['no-positive-evidence', changing('relu2', 'gradients', () => -1), {}],
    ['signed-activation', network, { method: gradCamPlusPlus, layer: 'conv2' }],
  ] as const)('%s', async (code, model, options) => {
    expect((await codesOf(model, options))[0]?.[0]).toBe(code);
  });

  it('flat-target: a probability of which the model is sure', async () => {
    const sure = { ...picture, data: picture.data.map((value) => 400 * value) };
    const top = (await one({ target: 'top' }, sure)).target.index ?? -1;
    const [codes] = await codesOf(network, { target: probabilityTarget(top) }, sure);
    expect(codes).toContain('flat-target');
    expect((await codesOf(network, { target: top }, sure))[0]).toEqual([]);
  });

  it('unread-tokens: only the class token is read', async () => {
    const tokens = asTokens(network);
    const unread: Model = {
      ...tokens,
      run: async (inputs, request) => {
        const pass = await tokens.run(inputs, request);
        const gradients = new Map(
          [...pass.gradients].map(([name, { data, dims }]) => [
            name,
            { dims, data: data.map((_, at) => (at < 2 * (dims[2] ?? 1) ? 1 : 0)) },
          ]),
        );
        return { ...pass, gradients };
      },
    };
    expect((await codesOf(unread, { layer: 'relu2' }))[0]).toContain('unread-tokens');
  });

  it('one-position', async () => {
    expect((await codesOf(reluNetwork([2, 2]), { layer: 'relu2' }, draw([2, 2])))[0]).toContain('one-position');
  });

  it('each sample has its own', async () => {
    const dark = new Float32Array(picture.data.length);
    const both = { data: Float32Array.from([...picture.data, ...dark]), dims: [2, 2, ...space] };
    const [first, second] = await codesOf(network, {}, both);
    expect([first, second]).toEqual([[], ['no-positive-evidence']]);
  });
});

describe('the grid', () => {
  it('is taken from the caller where the model does not tell', async () => {
    const tokens = asTokens(network);
    const silent = { ...tokens, layers: tokens.layers.map((layer) => ({ ...layer, grid: null })) };
    const grid = { kind: 'tokens', prefix: 2, height: 3, width: 4 } as const;
    const [found] = await explain(silent, picture, { target: 0, layer: 'relu2', grid });
    expect(found?.map).toEqual((await one({ layer: 'relu2' })).map);
    await expect(explain(silent, picture, { layer: 'relu2' })).rejects.toThrow(/no positions/);
    await expect(explain(silent, picture, { layer: 'relu2', grid: { ...grid, width: 5 } })).rejects.toThrow(
      /2 \+ 3 x 5 tokens/,
    );
  });
});
