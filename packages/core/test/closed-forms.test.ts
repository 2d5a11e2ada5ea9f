import { describe, expect, it } from 'vitest';
import {
  explain,
  fullGrad,
  gradCamPlusPlus,
  guidedGradCam,
  methods,
  resizeMap,
  scoreCam,
  shapleyCam,
  smoothGradCamPlusPlus,
  type Tensor,
  tensor,
} from '../src/index.ts';
import { closeTo, one, picture, space } from './one-picture.ts';
import { reluNetwork } from './relu-network.ts';
import { withReversedChannels } from './reversed-channels.ts';

describe('closed forms on a ReLU network', () => {
  it('FullGrad: the parts add up to the score, and the map is made of them', async () => {
    const model = reluNetwork(space);
    const biased = model.layers.filter(({ bias }) => bias);
    const pass = await model.run(picture, { layers: ['x', ...biased.map(({ name }) => name)], seed: [1] });
    const gradient = (name: string): Tensor => pass.gradients.get(name) as Tensor;
    let total = picture.data.reduce((sum, value, i) => sum + value * (gradient('x').data[i] ?? 0), 0);
    for (const { name, bias } of biased) {
      const { data, dims } = gradient(name);
      const positions = data.length / (dims[1] ?? 1);
      data.forEach((g, at) => {
        total += g * ((bias as Float32Array)[Math.floor(at / positions)] ?? 0);
      });
    }
    expect(total).toBeCloseTo(pass.output.data[1] ?? 0, 5);

    const expected = new Float64Array(48);
    const add = (channel: readonly number[], dims: readonly number[]): void => {
      const [low, high] = [Math.min(...channel), Math.max(...channel)];
      const stretched = channel.map((value) => (high === low ? 0 : (value - low) / (high - low)));
      resizeMap({ data: Float32Array.from(stretched), dims }, space).data.forEach((value, i) => {
        expected[i] = (expected[i] ?? 0) + value;
      });
    };
    for (const [name, by] of [
      ['x', (_: number, at: number) => picture.data[at] ?? 0],
      ['conv1', (k: number) => [0.1, -0.2, 0.05][k] ?? 0],
      ['conv2', (k: number) => [-0.15, 0.25][k] ?? 0],
    ] as const) {
      const { data, dims } = gradient(name);
      const positions = data.length / (dims[1] ?? 1);
      for (let k = 0; k < (dims[1] ?? 1); k++)
        add(
          Array.from({ length: positions }, (_, i) =>
            Math.abs(by(k, k * positions + i) * (data[k * positions + i] ?? 0)),
          ),
          dims.slice(2),
        );
    }
    closeTo((await one({ method: fullGrad, target: 1 })).map.data, expected);
  });

  it('FullGrad refuses a bias it cannot know, and a model without any', async () => {
    const plain = reluNetwork(space);
    const told = (bias: 'unknown' | undefined) => ({
      ...plain,
      layers: plain.layers.map(({ bias: own, ...layer }) =>
        bias && own && layer.name === 'conv1' ? { ...layer, bias } : layer,
      ),
    });
    await expect(explain(told('unknown'), picture, { method: fullGrad })).rejects.toThrow(/conv1 \(Conv\)/);
    await expect(explain(told(undefined), picture, { method: fullGrad })).rejects.toThrow(/tells none/);
  });

  it('Guided Grad-CAM is the guided gradient times the enlarged positive map', async () => {
    const model = reluNetwork(space);
    const { gradients } = await model.run(picture, { layers: ['x'], seed: [0], rule: 'guided' });
    const guided = gradients.get('x')?.data ?? new Float32Array();
    const { map } = await one();
    const large = resizeMap({ ...map, data: map.data.map((value) => Math.max(0, value)) }, space).data;
    const found = await one({ method: guidedGradCam });
    closeTo(
      found.map.data,
      large.map((value, i) => value * ((guided[i] ?? 0) + (guided[48 + i] ?? 0))),
    );
    expect(found.map.dims).toEqual(space);
    expect(found.layer.name).toBe('relu2');
    expect(found.warnings.map(({ code }) => code)).toContain('fails-sanity-checks');
  });

  it('Smooth Grad-CAM++ without noise is Grad-CAM++', async () => {
    // A picture of one value has no range, so no noise.
    const flat = tensor(new Float32Array(2 * 48).fill(0.7), [1, 2, 6, 8]);
    const [smooth, plain] = [
      await one({ method: smoothGradCamPlusPlus }, flat),
      await one({ method: gradCamPlusPlus }, flat),
    ];
    closeTo(smooth.weights ?? [], plain.weights ?? []);
    const noisy = await one({ method: smoothGradCamPlusPlus, layer: 'relu1' });
    expect(noisy.weights).not.toEqual((await one({ method: gradCamPlusPlus, layer: 'relu1' })).weights);
  });

  it('Score-CAM: the softmax of the scores of the picture under masks of 0..1, of a layer with negative values too', async () => {
    const model = reluNetwork(space);
    const { activations } = await model.run(picture, { layers: ['conv2'] });
    const { data } = activations.get('conv2') as Tensor;
    const scores = [];
    for (const channel of [data.slice(0, 12), data.slice(12)]) {
      const large = resizeMap({ data: channel, dims: [3, 4] }, space).data;
      const [low, high] = [Math.min(...large), Math.max(...large)];
      const masked = picture.data.map((value, at) => (value * ((large[at % 48] ?? 0) - low)) / (high - low));
      scores.push((await model.run({ data: masked, dims: picture.dims })).output.data[0] ?? NaN);
    }
    const all = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    closeTo(
      (await one({ method: scoreCam, layer: 'conv2' })).weights ?? [],
      scores.map((score) => Math.exp(score) / all),
    );
  });

  it('ShapleyCAM is Grad-CAM behind a layer from which on the network is piecewise linear', async () => {
    closeTo((await one({ method: shapleyCam, layer: 'half' })).map.data, (await one({ layer: 'half' })).map.data);
  });

  it('the order of the channels does not matter', async () => {
    const network = reluNetwork(space);
    // Where the noise or the start of a factorisation is drawn channel by channel, the order does.
    const drawn = ['random-cam', 'ss-cam', 'dff'];
    for (const method of methods.filter(({ name, at }) => at !== 'input' && !drawn.includes(name))) {
      const options = { method, layer: 'relu2', target: 0 };
      const [plain] = await explain(network, picture, options);
      const [turned] = await explain(withReversedChannels(network), picture, options);
      closeTo(turned?.map.data ?? [], plain?.map.data ?? []);
    }
  });
});
