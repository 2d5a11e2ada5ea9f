import type { Model, Outputs, Pass, Point, Score, Seed, Tensor } from '../src/index.ts';
import { layerNamed } from './layer.ts';

export interface PooledLinear extends Model {
  readonly calls: { run: number; resume: number; pull: number };
}

const featuresFrom = ({ data, dims }: Tensor): Tensor => ({ data: data.map((x) => (x * x) / 2), dims });

/**
 * x [N, C, H, W] -> features = x^2 / 2 -> mean over positions -> linear [classes, C] + bias: every gradient is known in closed form,
 * d logit_c / d features_k = weight[c, k] / (H W), d features / d x = x.
 */
export function pooledLinear(
  weight: readonly (readonly number[])[],
  bias: readonly number[],
  [height, width]: readonly [number, number],
  score: Partial<Score> = {},
): PooledLinear {
  const channels = weight[0]?.length ?? 0;
  const positions = height * width;
  const dims = [null, channels, height, width];
  const calls = { run: 0, resume: 0, pull: 0 };

  const headOf = ({ data, dims: [batch = 1] }: Tensor): Outputs => {
    const logits = new Float32Array(batch * weight.length);
    for (let n = 0; n < batch; n++) {
      weight.forEach((row, c) => {
        let sum = bias[c] ?? 0;
        row.forEach((w, k) => {
          for (let i = 0; i < positions; i++) sum += (w * (data[(n * channels + k) * positions + i] ?? 0)) / positions;
        });
        logits[n * weight.length + c] = sum;
      });
    }
    const output = { data: logits, dims: [batch, weight.length] };
    return { output, outputs: new Map([['logits', output]]) };
  };

  const cotangentOf = (
    seed: Seed,
    {
      output: {
        data,
        dims: [batch = 1],
      },
    }: Outputs,
  ): Float32Array => {
    if (seed instanceof Map)
      return (seed as ReadonlyMap<string, Tensor>).get('logits')?.data ?? new Float32Array(data.length);
    if (seed !== 'top' && !Array.isArray(seed)) return (seed as Tensor).data;
    const cotangent = new Float32Array(data.length);
    const classes = weight.length;
    for (let n = 0; n < batch; n++) {
      const row = [...data.subarray(n * classes, (n + 1) * classes)];
      const best = row.indexOf(Math.max(...row));
      const sign = classes === 1 && (row[0] ?? 0) < 0 ? -1 : 1;
      if (seed === 'top') cotangent[n * classes + best] = sign;
      else cotangent[n * classes + ((seed as readonly number[])[n] ?? 0)] = 1;
    }
    return cotangent;
  };

  const gradientAt = (name: string, value: Tensor, seed: Seed): Tensor => {
    const batch = value.dims[0] ?? 1;
    const cotangent = cotangentOf(seed, headOf(name === 'x' ? featuresFrom(value) : value));
    const data = value.data.map((x, at) => {
      const n = Math.floor(at / (channels * positions));
      const k = Math.floor(at / positions) % channels;
      const slope = weight.reduce(
        (sum, row, c) => sum + ((row[k] ?? 0) * (cotangent[n * weight.length + c] ?? 0)) / positions,
        0,
      );
      return name === 'x' ? slope * x : slope;
    });
    return { data, dims: [batch, ...value.dims.slice(1)] };
  };

  return {
    backend: 'closed form',
    inputs: [{ name: 'x', type: 'float32', dims }],
    outputs: [{ name: 'logits', type: 'float32', dims: [null, weight.length] }],
    score: { output: 'logits', kind: 'logit', activation: 'softmax', ...score },
    layers: [
      layerNamed('x', 'input', dims),
      layerNamed('features', 'Relu', dims, { aliases: ['block.relu'], bias: new Float32Array(channels) }),
      layerNamed('pooled', 'GlobalAveragePool', [null, channels, 1, 1]),
      layerNamed('logits', 'Gemm', [null, weight.length], { grid: null }),
    ],
    calls,
    run: async (inputs, { layers = [], seed, signal } = {}): Promise<Pass> => {
      signal?.throwIfAborted();
      calls.run++;
      const x = inputs instanceof Map ? (inputs as ReadonlyMap<string, Tensor>).get('x') : (inputs as Tensor);
      if (!x) throw new Error('no input x');
      const features = featuresFrom(x);
      const values = layers.map((name) => [name, name === 'x' ? x : features] as const);
      const gradients =
        seed === undefined ? [] : values.map(([name, value]) => [name, gradientAt(name, value, seed)] as const);
      return { ...headOf(features), activations: new Map(values), gradients: new Map(gradients) };
    },
    resume: async ({ layer: name, activation }: Point): Promise<Outputs> => {
      calls.resume++;
      return headOf(name === 'x' ? featuresFrom(activation) : activation);
    },
    pull: async ({ layer: name, activation }, seed): Promise<Tensor> => {
      calls.pull++;
      return gradientAt(name, activation, seed);
    },
    dispose: async () => {},
  };
}
