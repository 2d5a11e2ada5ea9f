import type { Inputs, Layer, Model, Point, Tensor } from '../src/index.ts';

const PREFIX = 2;

/** [N, C, H, W] as [N, 2 + H W, C], the prefix filled with what belongs to no position. */
function tokensOf({ data, dims: [batch = 1, channels = 1, height = 1, width = 1] }: Tensor): Tensor {
  const positions = height * width;
  const size = (PREFIX + positions) * channels;
  const tokens = new Float32Array(batch * size).fill(7);
  for (let n = 0; n < batch; n++) {
    for (let at = 0; at < channels * positions; at++) {
      const [k, i] = [Math.floor(at / positions), at % positions];
      tokens[n * size + (PREFIX + i) * channels + k] = data[n * channels * positions + at] ?? 0;
    }
  }
  return { data: tokens, dims: [batch, PREFIX + positions, channels] };
}

function mapOf({ data, dims: [batch = 1, tokens = 1, channels = 1] }: Tensor, space: readonly number[]): Tensor {
  const positions = tokens - PREFIX;
  const maps = new Float32Array(batch * channels * positions);
  for (let at = 0; at < maps.length; at++) {
    const [n, k, i] = [Math.floor(at / (channels * positions)), Math.floor(at / positions) % channels, at % positions];
    maps[at] = data[(n * tokens + PREFIX + i) * channels + k] ?? 0;
  }
  return { data: maps, dims: [batch, channels, ...space] };
}

/** The same model with every feature map behind the input laid out as tokens with two in front, as a transformer has them. */
export function asTokens(model: Model): Model {
  const spaces = new Map<string, readonly number[]>();
  const layers = model.layers.map((layer, at): Layer => {
    if (at === 0 || !layer.grid) return layer;
    const [, channels = 1, height, width] = layer.dims;
    spaces.set(layer.name, [height ?? 1, width ?? 1]);
    const tokens = PREFIX + (height ?? 1) * (width ?? 1);
    return {
      ...layer,
      dims: [null, tokens, channels],
      grid: { kind: 'tokens', prefix: PREFIX, height: height ?? 1, width: width ?? 1 },
    };
  });
  const seen = (values: ReadonlyMap<string, Tensor>) =>
    new Map([...values].map(([name, value]) => [name, spaces.has(name) ? tokensOf(value) : value]));
  const stored = (point: Point): Point => {
    const space = spaces.get(point.layer);
    return space ? { ...point, activation: mapOf(point.activation, space) } : point;
  };
  return {
    ...model,
    layers,
    run: async (inputs: Inputs, request) => {
      const pass = await model.run(inputs, request);
      return { ...pass, activations: seen(pass.activations), gradients: seen(pass.gradients) };
    },
    resume: (point) => model.resume(stored(point)),
    pull: async (point, seed, options) => {
      const gradient = await model.pull(stored(point), seed, options);
      return spaces.has(point.layer) ? tokensOf(gradient) : gradient;
    },
  };
}
