import { beforeAll, describe, expect, test } from 'vitest';
import { generator, normal } from '../../onnx-autodiff/test/rules/random.ts';
import { explain, fromOnnx, gradCam, type OnnxModel, type Ort, type Tensor } from '../src/index.ts';
import { type Network, networks } from './networks.ts';

export function pictures(network: Network, count: number): Tensor {
  const random = generator(3);
  const dims = [count, ...network.dims];
  return { data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => normal(random)), dims };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);

export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const difference = Array.from(b, (value, i) => value - (a[i] as number));
  return Math.sqrt(dot(difference, difference) / (dot(b, b) || 1));
}

const softmax = (row: Float32Array): number[] => {
  const top = Math.max(...row);
  const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
  return Array.from(row, (value) => Math.exp(value - top) / total);
};

/** Best relative error over four steps of the central difference of `resume` along a random direction. */
async function differenceError(
  model: OnnxModel,
  layer: string,
  activation: Tensor,
  gradient: Tensor,
  x: Tensor,
  classIndex: number,
): Promise<number> {
  const random = generator(5);
  // only active cells move, and in proportion: a Relu or a maximum then rarely changes its mind
  const direction = activation.data.map((value) => value * normal(random));
  const expected = dot(gradient.data, direction);
  let best = Number.POSITIVE_INFINITY;
  for (const step of [1e-1, 3e-2, 1e-2, 3e-3]) {
    const scores: number[] = [];
    for (const sign of [1, -1]) {
      const moved = {
        data: activation.data.map((value, i) => value + sign * step * (direction[i] as number)),
        dims: activation.dims,
      };
      scores.push((await model.resume({ layer, activation: moved, inputs: x })).output.data[classIndex] as number);
    }
    best = Math.min(
      best,
      Math.abs(((scores[0] as number) - (scores[1] as number)) / (2 * step) - expected) / Math.abs(expected),
    );
  }
  return best;
}

/** What every runtime must do on every network. */
export function checkOnnx(ort: Ort, backend: string): void {
  test(`models opened and run at the same time on ${backend}`, async () => {
    const some = networks.slice(0, 4);
    const models = await Promise.all(some.map((network) => fromOnnx(network.bytes, ort)));
    const x = some.map((network) => pictures(network, 1));
    const together = await Promise.all(models.map((model, i) => model.run(x[i] as Tensor)));
    for (const [i, model] of models.entries()) {
      expect((await model.run(x[i] as Tensor)).output.data).toEqual(together[i]?.output.data);
      await model.dispose();
    }
  });

  for (const network of networks) {
    describe(`${network.name} on ${backend}`, () => {
      let model: OnnxModel;
      beforeAll(async () => {
        model = await fromOnnx(network.bytes, ort);
      });
      const layers = Object.keys(network.layers);

      test('says what it runs on and takes the right layer', async () => {
        expect(model.backend).toBe(backend);
        const [explanation] = await explain(model, pictures(network, 1));
        expect(explanation?.layer.name).toBe(network.chosen);
        expect(explanation?.warnings).toEqual([]);
        for (const [name, bypassed] of Object.entries(network.layers)) {
          expect(model.layers.find((layer) => layer.name === name)).toMatchObject({
            bypassed,
            onPath: true,
            blocked: [],
          });
        }
      });

      test('reading and differentiating change no output', async () => {
        const x = pictures(network, 1);
        const session = await ort.InferenceSession.create(network.bytes);
        const [input = ''] = session.inputNames;
        const stored = model.inputs[0]?.channelsLast ? lastAxisChannels(x) : x;
        const plain = await session.run({ [input]: new ort.Tensor('float32', stored.data, stored.dims) });
        const name = model.outputs[0]?.name ?? '';
        for (const request of [{}, { layers }, { layers, seed: 'top' as const }]) {
          const pass = await model.run(x, request);
          expect(relativeError(pass.outputs.get(name)?.data ?? [], plain[name]?.data as Float32Array)).toBeLessThan(
            1e-6,
          );
        }
        await session.release();
      });

      test('resume at what was read gives what was said, pull the same gradient, and differences agree', async () => {
        const x = pictures(network, 1);
        const pass = await model.run(x, { layers, seed: [2] });
        for (const layer of layers) {
          const activation = pass.activations.get(layer) as Tensor;
          const gradient = pass.gradients.get(layer) as Tensor;
          expect(gradient.dims).toEqual(activation.dims);
          const { output } = await model.resume({ layer, activation, inputs: x });
          expect(relativeError(output.data, pass.output.data), layer).toBeLessThan(1e-5);
          expect(
            relativeError((await model.pull({ layer, activation, inputs: x }, [2])).data, gradient.data),
            layer,
          ).toBeLessThan(1e-5);
          const quantised = network.name.startsWith('quantised') && layer !== 'r2';
          if (!quantised)
            expect(await differenceError(model, layer, activation, gradient, x, 2), layer).toBeLessThan(2e-2);
        }
      });

      test('a cotangent seed is the sum of class seeds', async () => {
        const x = pictures(network, 1);
        const layer = network.chosen;
        const [one, three, both] = await Promise.all([
          model.run(x, { layers: [layer], seed: [1] }),
          model.run(x, { layers: [layer], seed: [3] }),
          model.run(x, { layers: [layer], seed: { data: Float32Array.of(0, 2, 0, -1, 0), dims: [1, 5] } }),
        ]);
        const expected = one.gradients
          .get(layer)
          ?.data.map((value, i) => 2 * value - (three.gradients.get(layer)?.data[i] as number));
        expect(relativeError(both.gradients.get(layer)?.data ?? [], expected ?? [])).toBeLessThan(1e-5);
      });

      test('a batch gives what its samples give alone', async () => {
        const layer = network.chosen;
        const x = pictures(network, 3);
        const together = await model.run(x, { layers: [layer], seed: 'top' });
        const each = x.data.length / 3;
        for (let i = 0; i < 3; i++) {
          const alone = await model.run(
            { data: x.data.slice(i * each, (i + 1) * each), dims: [1, ...network.dims] },
            { layers: [layer], seed: 'top' },
          );
          for (const [a, b] of [
            [together.gradients.get(layer), alone.gradients.get(layer)],
            [together.output, alone.output],
          ] as const) {
            const size = b?.data.length ?? 0;
            expect(relativeError(a?.data.slice(i * size, (i + 1) * size) ?? [], b?.data ?? [])).toBeLessThan(1e-5);
          }
        }
      });

      test('where the head is pooling and a matrix, Grad-CAM is CAM', async ({ skip }) => {
        const { head } = network;
        if (!head) return skip('the head of this network is another');
        const x = pictures(network, 1);
        const [explanation] = await explain(model, x, { target: 3, layer: 'r2', method: gradCam });
        const activation = (await model.run(x, { layers: ['r2'] })).activations.get('r2') as Tensor;
        const [, channels = 0, height = 0, width = 0] = activation.dims;
        const cells = height * width;
        const cam = Float64Array.from({ length: cells }, (_, cell) => {
          let sum = 0;
          for (let k = 0; k < channels; k++)
            sum += ((head[3 * channels + k] as number) / cells) * (activation.data[k * cells + cell] as number);
          return sum;
        });
        // a quantised cell on the end of the range passes no gradient in front of the quantiser, but all of it behind
        expect(relativeError(explanation?.map.data ?? [], cam)).toBeLessThan(1e-5);
      });

      test('refuses what it cannot do, in one line, and goes on', async () => {
        const x = pictures(network, 1);
        await expect(model.run(x, { layers: ['nothing'] })).rejects.toMatchObject({ code: 'unknown-layer' });
        await expect(model.run(x, { layers: ['r2'], seed: [CLASS_OUT_OF_RANGE] })).rejects.toThrow(/0 to 4/);
        await expect(model.run(x, { layers: ['r2'], seed: [1, 2] })).rejects.toMatchObject({ code: 'bad-target' });
        await expect(model.run({ data: new Float32Array(3), dims: [1, 3] })).rejects.toMatchObject({
          code: 'bad-input',
        });
        const reason = new Error('stopped');
        await expect(model.run(x, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        const pass = await model.run(x);
        if (model.score.activation === 'softmax')
          expect(relativeError(pass.outputs.get('p')?.data ?? [], softmax(pass.output.data))).toBeLessThan(1e-5);
      });

      test('is gone after dispose, which may be called twice', async () => {
        await model.dispose();
        await model.dispose();
        await expect(model.run(pictures(network, 1))).rejects.toMatchObject({ code: 'disposed' });
      });
    });
  }
}

const CLASS_OUT_OF_RANGE = 5;

function lastAxisChannels({ data, dims: [n = 1, c = 1, h = 1, w = 1] }: Tensor): Tensor {
  const result = new Float32Array(data.length);
  for (let k = 0; k < c; k++)
    for (let cell = 0; cell < h * w; cell++) result[cell * c + k] = data[k * h * w + cell] as number;
  return { data: result, dims: [n, h, w, c] };
}
