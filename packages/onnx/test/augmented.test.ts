import { networks, onnxBytes, picturesFor, relativeError } from '@gradcam/conformance';
import { channelsLast } from '@gradcam/core/adapter';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { model } from '../../onnx-autodiff/test/models/build.ts';
import { explain, fromOnnx, heatmap, normalise, resize, type Tensor } from '../src/index.ts';
import { noise } from './noise.ts';
import { plainBytes } from './plain-network.ts';
import { quantisedOperators } from './quantised-operators.ts';

const pictures = noise(3);

/** A file, the layer to be drawn and two pictures. */
interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly layer: string;
  readonly x: Tensor;
}

const named = (name: string, layer = 'r2'): File => {
  const network = networks.find((one) => one.name === name);
  if (!network) throw new Error(`no network ${name}`);
  return { name, layer, bytes: onnxBytes(network), x: picturesFor(network, 2).get('x') as Tensor };
};

const files: readonly File[] = [
  named('a head of pooling and a linear layer'),
  named('a residual block', 'm'), // opset 7
  named('a class map'), // opset 8
  named('free height and width'),
  { name: 'quantised operators', bytes: quantisedOperators, layer: 'r2', x: pictures([2, 3, 12, 10]) },
  named('a channels-last input'),
];

/** A picture in the model's own layout. */
function stored({ data, dims }: Tensor, last: boolean): ort.Tensor {
  if (!last) return new ort.Tensor('float32', data, dims);
  const turned = channelsLast({ data, dims });
  return new ort.Tensor('float32', turned.data, turned.dims);
}

/** Runs an extended file as any engine would. */
async function run(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, ort.Tensor>>,
): Promise<Readonly<Record<string, ort.Tensor>>> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const results = await session.run(feeds);
  await session.release();
  return results;
}

describe('the file of a model with its gradient in it', () => {
  test.each(files)('draws the heatmap that core draws: $name', async ({ bytes, layer, x }) => {
    const opened = await fromOnnx(bytes, ort);
    const augmented = opened.augment({ wrt: layer, heatmap: true });
    const [input = ''] = opened.inputs.map((port) => port.name);
    const results = await run(augmented.bytes, {
      [input]: stored(x, opened.inputs[0]?.channelsLast ?? false),
      [augmented.classInput ?? '']: new ort.Tensor('int64', BigInt64Array.from([2n, -1n]), [2]),
    });
    const drawn = results[augmented.heatmap ?? ''] as ort.Tensor;
    const explanations = [
      ...(await explain(
        opened,
        { data: x.data.subarray(0, x.data.length / 2), dims: [1, ...x.dims.slice(1)] },
        { layer, target: 2 },
      )),
      ...(await explain(
        opened,
        { data: x.data.subarray(x.data.length / 2), dims: [1, ...x.dims.slice(1)] },
        { layer },
      )),
    ];
    const [, , height = 0, width = 0] = x.dims;
    expect(drawn.dims).toEqual([2, height, width]);
    const maps = explanations.map((explanation) => {
      const [h = 0, w = 0] = explanation.map.dims;
      return resize(normalise(heatmap(explanation.map.data, w, h)), width, height).data;
    });
    expect(maps.some((map) => map.some((value) => value > 0.5))).toBe(true);
    maps.forEach((expected, sample) => {
      const seen = (drawn.data as Float32Array).subarray(sample * expected.length, (sample + 1) * expected.length);
      expect(Math.max(...expected.map((value, i) => Math.abs(value - (seen[i] as number))))).toBeLessThan(1.5e-6);
    });
    await opened.dispose();
  });

  test('an empty map stays zeros', async () => {
    const bytes = model({
      opset: 13,
      inputs: { x: [1, 1, 8, 8] },
      constants: { minus: { dims: [1], values: [-1] } },
      nodes: [
        ['Relu', ['x'], ['r']],
        ['Mul', ['r', 'minus'], ['m']],
        ['GlobalAveragePool', ['m'], ['p']],
        ['Flatten', ['p'], ['y']],
      ],
      outputs: { y: [1, 1] },
    });
    const opened = await fromOnnx(bytes, ort);
    const augmented = opened.augment({ wrt: 'r', heatmap: true });
    const results = await run(augmented.bytes, {
      x: new ort.Tensor('float32', new Float32Array(64).fill(1), [1, 1, 8, 8]),
      [augmented.classInput ?? '']: new ort.Tensor('int64', BigInt64Array.of(0n), [1]),
    });
    expect(Array.from(results[augmented.heatmap ?? '']?.data as Float32Array)).toEqual(new Array(64).fill(0));
    await opened.dispose();
  });

  test('gradients of a chosen tensor with respect to a parameter and a layer', async () => {
    const opened = await fromOnnx(plainBytes, ort);
    const { bytes, cotangentInputs, gradients, classInput } = opened.augment({ of: 'logits', wrt: ['b', 'r2'] });
    expect(classInput).toBeNull();
    const x = pictures([1, 3, 12, 10]);
    const results = await run(bytes, {
      x: new ort.Tensor('float32', x.data, x.dims),
      [cotangentInputs.get('logits') ?? '']: new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4, 5), [1, 5]),
    });
    expect(Array.from(results[gradients.get('b') ?? '']?.data as Float32Array)).toEqual([1, 2, 3, 4, 5]);
    const pass = await opened.run(x, { layers: ['r2'], seed: { data: Float32Array.of(1, 2, 3, 4, 5), dims: [1, 5] } });
    expect(
      relativeError(results[gradients.get('r2') ?? '']?.data as Float32Array, pass.gradients.get('r2')?.data ?? []),
    ).toBeLessThan(1e-6);
    await opened.dispose();
  });

  test('an optional class is the top class where JavaScript cannot feed it', async () => {
    const opened = await fromOnnx(plainBytes, ort);
    const x = pictures([2, 3, 12, 10]);
    const { bytes, gradients } = opened.augment({ wrt: 'r2', classInput: 'optional' });
    const results = await run(bytes, { x: new ort.Tensor('float32', x.data, x.dims) });
    const pass = await opened.run(x, { layers: ['r2'], seed: 'top' });
    expect(results[gradients.get('r2') ?? '']?.data).toEqual(pass.gradients.get('r2')?.data);
    await opened.dispose();
  });

  test('refuses what is none of its tensors, by name', async () => {
    const opened = await fromOnnx(plainBytes, ort);
    expect(() => opened.augment({ wrt: 'r22' })).toThrow(/did you mean r2/);
    expect(() => opened.augment({ wrt: ['r1', 'r2'], heatmap: true })).toThrow(/one layer/);
    await opened.dispose();
  });
});
