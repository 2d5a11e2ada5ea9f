import { describe, expect, it } from 'vitest';
import {
  ablationCam,
  eigenCam,
  explain,
  fullGrad,
  gradCam,
  gradCamPlusPlus,
  guidedGradCam,
  layerCam,
  methods,
  scoreCam,
  type Tensor,
} from '../src/index.ts';
import { draw, one, picture, shown, space } from './one-picture.ts';
import { reluNetwork } from './relu-network.ts';

describe('one, two and three axes', () => {
  it.each(methods.flatMap((method) => [[32], [8, 12], [4, 8, 4]].map((axes) => ({ method, axes, name: method.name }))))(
    '$name on $axes',
    async ({ method, axes }) => {
      if ((method.name === 'sobel' && axes.length !== 2) || method.name === 'cam') return;
      const found = await one({ method, budget: 12 }, draw(axes));
      expect(found.map.data.every(Number.isFinite)).toBe(true);
      expect(found.map.dims).toHaveLength(axes.length);
      if (method.kind === 'probe' && method.at === 'input') expect(found.map.dims).toEqual(axes);
      expect(found.map.data.some((value) => value !== 0)).toBe(true);
    },
  );

  it('a volume that is constant along an axis gives the picture’s map in each slice', async () => {
    const flat = draw([4, 6]);
    const deep = {
      data: Float32Array.from({ length: 2 * 2 * 24 }, (_, at) => flat.data[Math.floor(at / 48) * 24 + (at % 24)] ?? 0),
      dims: [1, 2, 2, 4, 6],
    };
    for (const method of [gradCam, layerCam, gradCamPlusPlus, eigenCam, scoreCam, fullGrad, guidedGradCam]) {
      const [map, slices] = [shown((await one({ method }, flat)).map), shown((await one({ method }, deep)).map)];
      for (let at = 0; at < slices.data.length; at++)
        expect(slices.data[at]).toBeCloseTo(map.data[at % map.data.length] ?? 0, method === scoreCam ? 4 : 3);
    }
  });
});

describe('the budget', () => {
  it('bounds how many changed inputs are run', async () => {
    const model = reluNetwork(space);
    for (const method of methods.filter(({ kind }) => kind === 'probe')) {
      let count = 0;
      const counting = ({ dims }: Tensor): void => {
        count += dims[0] ?? 1;
      };
      const counted: typeof model = {
        ...model,
        run: (inputs, request) => {
          counting(inputs as Tensor);
          return model.run(inputs, request);
        },
        resume: (point) => {
          counting(point.activation);
          return model.resume(point);
        },
        pull: (point, seed, options) => {
          counting(point.activation);
          return model.pull(point, seed, options);
        },
      };
      await explain(counted, picture, { method, budget: 6, target: 0 });
      expect([method.name, count <= 1 + (method.name === 'is-cam' || method.name === 'ss-cam' ? 10 : 6)]).toEqual([
        method.name,
        true,
      ]);
    }
  });
  it('is spent on the channels that vary most', async () => {
    const { activations } = await reluNetwork(space).run(picture, { layers: ['relu1'] });
    const { data } = activations.get('relu1') as Tensor;
    const variances = [0, 1, 2].map((k) => {
      const channel = data.slice(48 * k, 48 * (k + 1));
      const mean = channel.reduce((sum, value) => sum + value, 0) / 48;
      return channel.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    });
    for (const method of [scoreCam, ablationCam]) {
      const { weights } = await one({ method, layer: 'relu1', budget: 1 });
      const used = [...(weights ?? [])].map((weight) => weight !== 0);
      expect(used).toEqual(variances.map((variance) => variance === Math.max(...variances)));
    }
  });

  it('must be a number of at least one', async () => {
    await expect(one({ budget: 0 })).rejects.toThrow(/budget/);
    await expect(one({ chunk: Number.NaN })).rejects.toThrow(/chunk/);
  });
});
