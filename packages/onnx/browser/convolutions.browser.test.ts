import { relativeError } from '@gradcam/conformance';
import * as ort from 'onnxruntime-web/webgpu';
import { describe, expect, test } from 'vitest';
import type { NodeSpec } from '../../onnx-autodiff/test/models/build.ts';
import { model as build } from '../../onnx-autodiff/test/models/build.ts';
import { type FromOnnxOptions, fromOnnx, type Tensor } from '../src/index.ts';
import { noise as drawing } from '../test/noise.ts';

ort.env.wasm.numThreads = 1;

const noise = drawing(5);

interface Convolution {
  readonly op: 'Conv' | 'ConvTranspose';
  readonly channels: number;
  readonly weight: readonly number[];
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

/** A convolution between two others, whose input is the layer `r`. */
function network({ op, channels, weight, attributes }: Convolution): Uint8Array {
  const group = Number(attributes['group'] ?? 1);
  const outputs = op === 'Conv' ? (weight[0] as number) : (weight[1] as number) * group;
  const nodes: NodeSpec[] = [
    ['Conv', ['x', 'stem'], ['s'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
    ['Tanh', ['s'], ['r']],
    [op, ['r', 'weight'], ['c'], { kernel_shape: weight.slice(2), ...attributes }],
    ['Tanh', ['c'], ['t']],
    ['GlobalAveragePool', ['t'], ['pooled']],
    ['Flatten', ['pooled'], ['flat']],
    ['MatMul', ['flat', 'head'], ['logits']],
  ];
  const constants = { stem: noise([channels, 3, 3, 3]), weight: noise(weight), head: noise([outputs, 3]) };
  return build({ opset: 17, inputs: { x: ['N', 3, 7, 6] }, constants, nodes, outputs: ['logits'] });
}

const picture: Tensor = noise([2, 3, 7, 6]);

async function gradient(bytes: Uint8Array, provider: 'wasm' | 'webgpu', options: FromOnnxOptions = {}) {
  const model = await fromOnnx(bytes, ort, { executionProviders: [provider], ...options });
  try {
    const { output, gradients } = await model.run(picture, { layers: ['r'], seed: [0, 2] });
    return { output: output.data, gradient: gradients.get('r')?.data as Float32Array };
  } finally {
    await model.dispose();
  }
}

const padded = { pads: [1, 1, 1, 1] };

describe('what this build computes wrongly is not what the gradient asks for', () => {
  const several = [
    { channels: 6, weight: [12, 1, 3, 3], attributes: { group: 6, ...padded } },
    { channels: 3, weight: [12, 1, 2, 2], attributes: { group: 3, strides: [2, 2] } },
    { channels: 4, weight: [8, 1, 1, 1], attributes: { group: 4 } },
  ].map((one) => ({ op: 'Conv' as const, ...one }));
  const thirds = [6, 9].map((outputs) => ({
    op: 'ConvTranspose' as const,
    channels: 8,
    weight: [8, outputs, 3, 3],
    attributes: { strides: [2, 2], ...padded },
  }));
  test.each([...several, ...thirds])('$op of $weight, $attributes', async (convolution) => {
    const bytes = network(convolution);
    const [gpu, wasm] = [await gradient(bytes, 'webgpu', { verify: false }), await gradient(bytes, 'wasm')];
    expect(relativeError(gpu.output, wasm.output)).toBeLessThan(1e-5);
    expect(relativeError(gpu.gradient, wasm.gradient)).toBeLessThan(1e-5);
  });
});

describe('what it computes wrongly in the model itself', () => {
  test.each<Convolution>([
    { op: 'Conv', channels: 6, weight: [4, 6, 3, 3], attributes: padded },
    { op: 'ConvTranspose', channels: 8, weight: [8, 1, 3, 3], attributes: { group: 4, ...padded } },
  ])('is an error: $op of $weight', async (convolution) => {
    const bytes = network(convolution);
    const wasm = await gradient(bytes, 'wasm');
    await expect(gradient(bytes, 'webgpu')).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringContaining('differs from the same on wasm'),
    });
    const { output } = await gradient(bytes, 'webgpu', { verify: false });
    expect(relativeError(output, wasm.output), 'the runtime has learnt it: drop what goes round it').toBeGreaterThan(
      0.1,
    );
  });
});
