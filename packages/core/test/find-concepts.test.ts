import { describe, expect, it } from 'vitest';
import { findConcepts, type Tensor } from '../src/index.ts';
import { asTokens, withClassToken } from './as-tokens.ts';
import { closeTo, draw } from './one-picture.ts';
import { reluNetwork } from './relu-network.ts';

const space = [8, 12];
const [a, b] = [draw(space, 1), draw(space, 2)];
const both: Tensor = { data: Float32Array.from([...a.data, ...b.data]), dims: [2, 2, ...space] };
const network = reluNetwork(space);

const nan = (value: Tensor): Tensor => ({ ...value, data: value.data.map((v, i) => (i < 3 ? NaN : v)) });

describe('findConcepts', () => {
  it('gives parts that add up to the activations, and what the network says of each', async () => {
    const { layer, concepts, error } = await findConcepts(network, both, { layer: 'relu1', count: 3, seed: 1 });
    expect(layer).toBe('relu1');
    const { activations } = await network.run(both, { layers: ['relu1'] });
    const { data } = activations.get('relu1') as Tensor;
    // Channels of relu1 reach 0, so their offsets are 0 and the parts alone make the activation.
    let [left, whole] = [0, 0];
    data.forEach((value, at) => {
      const [n, k, i] = [Math.floor(at / 288), Math.floor(at / 96) % 3, at % 96];
      const made = concepts.reduce((sum, { vector, maps }) => sum + (vector[k] ?? 0) * (maps[n]?.data[i] ?? 0), 0);
      left += (value - made) ** 2;
      whole += value ** 2;
    });
    expect(Math.sqrt(left / whole)).toBeCloseTo(error, 4);
    // Three channels as three parts leave nothing.
    expect(error).toBeLessThan(0.02);
    for (const { vector, maps, predictions } of concepts) {
      expect(Math.max(...maps.map((map) => Math.max(...map.data)))).toBeCloseTo(1, 6);
      expect(maps.map(({ dims }) => dims)).toEqual([space, space]);
      const filled = Float32Array.from({ length: 288 }, (_, at) => vector[Math.floor(at / 96)] ?? 0);
      const said = await network.resume({ layer: 'relu1', activation: { data: filled, dims: [1, 3, ...space] } });
      closeTo(
        predictions.map(({ score }) => score),
        [...said.output.data].toSorted((p, q) => q - p),
      );
    }
  });

  it('is seeded, and sees tokens as the map they stand for', async () => {
    const [first, second] = [await findConcepts(network, both), await findConcepts(network, both)];
    expect(first).toEqual(second);
    expect((await findConcepts(asTokens(network), both)).concepts).toEqual(first.concepts);
    expect((await findConcepts(network, both, { seed: 5 })).concepts).not.toEqual(first.concepts);
  });

  it('passes over a token grid that nobody reads', async () => {
    const found = await findConcepts(withClassToken(network), both);
    expect(found).toEqual(await findConcepts(asTokens(network), both));
    expect(found.layer).toBe('relu2');
  });

  it('leaves less with more parts', async () => {
    const errors = [];
    for (const count of [1, 2, 3]) errors.push((await findConcepts(network, both, { layer: 'relu1', count })).error);
    expect(errors).toEqual(errors.toSorted((p, q) => q - p));
  });

  it('refuses activations that are no numbers', async () => {
    const broken: typeof network = {
      ...network,
      run: async (inputs, request) => {
        const pass = await network.run(inputs, request);
        return { ...pass, activations: new Map([...pass.activations].map(([name, value]) => [name, nan(value)])) };
      },
    };
    await expect(findConcepts(broken, a)).rejects.toThrow(/3 of 48 values of the activation of relu2 are not finite/);
  });

  it('refuses what is no number of parts', async () => {
    await expect(findConcepts(network, both, { count: 0 })).rejects.toThrow(/0 concepts/);
    await expect(findConcepts(network, both, { count: 1.5 })).rejects.toThrow(/whole number/);
  });
});
