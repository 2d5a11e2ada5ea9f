import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseLayer, type Inputs, type Tensor, type TfjsModel } from '../src/index.ts';
import { differenceError, distance } from './differences.ts';
import { drawn } from './seeded.ts';

/** A small model and what is known about it. */
export interface Subject {
  readonly name: string;
  /** One sample of each input, as fed from outside. */
  readonly dims: readonly (readonly number[])[];
  /** The layer that the automatic choice takes. */
  readonly chosen: string;
  /** Some of its layers, and those of them around which paths lead. */
  readonly layers: readonly string[];
  readonly bypassed?: readonly string[];
  readonly classIndex?: number;
}

export interface Opened {
  readonly model: TfjsModel;
  readonly dispose: () => void;
}

/** Seeded samples as the model takes them. */
export function inputsOf({ dims }: Subject, model: TfjsModel, count: number): Inputs {
  const tensors = dims.map((each, i) => drawn([count, ...each], 11 + i));
  if (tensors.length === 1) return tensors[0] as Tensor;
  return new Map(model.inputs.map(({ name }, i) => [name, tensors[i] as Tensor]));
}

/** Sample `index` of inputs, alone. */
function one(inputs: Inputs, index: number): Inputs {
  const sample = ({ data, dims }: Tensor): Tensor => {
    const size = data.length / (dims[0] ?? 1);
    return { data: data.slice(index * size, (index + 1) * size), dims: [1, ...dims.slice(1)] };
  };
  return inputs instanceof Map
    ? new Map([...(inputs as ReadonlyMap<string, Tensor>)].map(([name, tensor]) => [name, sample(tensor)]))
    : sample(inputs as Tensor);
}

const sorted = (layers: readonly { readonly name: string }[]): string[] => layers.map(({ name }) => name).toSorted();

/** What every model must do on the backend that is set. */
export function checkModel(backend: string, subject: Subject, open: () => Promise<Opened>): void {
  describe(subject.name, () => {
    const { chosen, classIndex = 1 } = subject;
    let opened: Opened;
    let model: TfjsModel;
    let inputs: Inputs;
    beforeAll(async () => {
      opened = await open();
      ({ model } = opened);
      inputs = inputsOf(subject, model, 1);
    });
    afterAll(() => opened?.dispose());

    test('lists its layers and takes the right one', () => {
      expect(model.backend).toBe(`tfjs (${backend})`);
      expect(chooseLayer(model.layers).layer.name).toBe(chosen);
      const named = model.layers.filter(({ name }) => subject.layers.includes(name));
      expect(sorted(named)).toEqual(subject.layers.toSorted());
      expect(sorted(named.filter(({ bypassed }) => bypassed))).toEqual((subject.bypassed ?? []).toSorted());
      expect(model.layers.filter(({ onPath, blocked }) => onPath && blocked.length > 0)).toEqual([]);
    });

    test('run, resume, pull and differences agree at every layer', async () => {
      const layers = model.layers.filter(({ onPath }) => onPath).map(({ name }) => name);
      const plain = await model.run(inputs);
      const pass = await model.run(inputs, { layers, seed: [classIndex] });
      expect(pass.output).toEqual(plain.output);
      expect(pass.outputs).toEqual(plain.outputs);
      for (const layer of layers) {
        const activation = pass.activations.get(layer) as Tensor;
        const gradient = pass.gradients.get(layer) as Tensor;
        expect(gradient.dims, layer).toEqual(activation.dims);
        const point = { layer, activation, inputs };
        expect(distance((await model.resume(point)).output.data, pass.output.data), layer).toBeLessThan(1e-5);
        expect(distance((await model.pull(point, [classIndex])).data, gradient.data), layer).toBeLessThan(1e-5);
        const alone = await model.run(inputs, { layers: [layer], seed: [classIndex] });
        expect(distance(alone.gradients.get(layer)?.data, gradient.data), layer).toBeLessThan(1e-5);
        expect(await differenceError(model, layer, activation, gradient, inputs, classIndex), layer).toBeLessThan(2e-2);
      }
    });

    test('the gradient is linear in the seed, over all outputs', async () => {
      const { outputs, output } = await model.run(inputs);
      const names = [...new Set([model.score.output, ...outputs.keys()])];
      const seeds = new Map(
        names.map((name, i) => {
          const like = name === model.score.output ? output : (outputs.get(name) as Tensor);
          return [name, drawn(like.dims, 31 + i)] as const;
        }),
      );
      const pulled = async (seed: ReadonlyMap<string, Tensor>): Promise<Float32Array> => {
        const { gradients } = await model.run(inputs, { layers: [chosen], seed });
        return gradients.get(chosen)?.data ?? new Float32Array();
      };
      const together = await pulled(seeds);
      const total = new Float32Array(together.length);
      for (const [name, seed] of seeds) {
        const part = await pulled(new Map([[name, seed]])).catch((error: { code?: string }) => {
          if (error.code === 'layer-off-path') return total.map(() => 0);
          throw error;
        });
        part.forEach((value, i) => {
          total[i] = (total[i] as number) + value;
        });
      }
      expect(distance(together, total)).toBeLessThan(1e-5);
    });

    test('a batch gives what its samples give alone', async () => {
      const three = inputsOf(subject, model, 3);
      const together = await model.run(three, { layers: [chosen], seed: 'top' });
      for (const index of [0, 1, 2]) {
        const alone = await model.run(one(three, index), { layers: [chosen], seed: 'top' });
        for (const [a, b] of [
          [together.output, alone.output],
          [together.gradients.get(chosen), alone.gradients.get(chosen)],
        ]) {
          const size = b?.data.length ?? 0;
          expect(distance(a?.data.slice(index * size, (index + 1) * size), b?.data)).toBeLessThan(1e-5);
        }
      }
    });

    test('refuses what it cannot do, in one line, goes on, and keeps nothing on the device', async () => {
      const before = memory().numTensors;
      await expect(model.run(inputs, { layers: ['nothing'] })).rejects.toMatchObject({ code: 'unknown-layer' });
      await expect(model.run(inputs, { layers: [chosen], seed: [99] })).rejects.toMatchObject({ code: 'bad-target' });
      await expect(model.run(inputs, { layers: [chosen], seed: [0, 0] })).rejects.toMatchObject({ code: 'bad-target' });
      const wrong = { data: new Float32Array(7), dims: [1, 7] };
      await expect(model.run(wrong)).rejects.toMatchObject({ code: 'bad-input' });
      await expect(model.resume({ layer: chosen, activation: wrong, inputs })).rejects.toMatchObject({
        code: 'bad-input',
      });
      const seed = new Map([[model.score.output, wrong]]);
      await expect(model.run(inputs, { layers: [chosen], seed })).rejects.toMatchObject({ code: 'bad-input' });
      const reason = new Error('stopped');
      const controller = new AbortController();
      const stopped = model.run(inputs, { layers: [chosen], seed: 'top', signal: controller.signal });
      queueMicrotask(() => controller.abort(reason));
      await expect(stopped).rejects.toBe(reason);
      await expect(model.run(inputs, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const passes = [1, 2, 3].map(() => model.run(inputs, { layers: [chosen], seed: 'top' }));
      const [first, ...others] = await Promise.all(passes);
      for (const other of others) expect(other).toEqual(first);
      expect(memory().numTensors).toBe(before);
    });

    test('is gone after dispose, which may be called twice', async () => {
      await model.dispose();
      await model.dispose();
      await expect(model.run(inputs)).rejects.toMatchObject({ code: 'disposed' });
    });
  });
}
