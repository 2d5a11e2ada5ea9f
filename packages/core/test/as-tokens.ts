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

/** The first token alone, [N, C]. */
const classToken = ({ data, dims: [batch = 1, length = 1, channels = 1] }: Tensor): Tensor => ({
  data: Float32Array.from(
    { length: batch * channels },
    (_, i) => data[Math.floor(i / channels) * length * channels + (i % channels)] ?? 0,
  ),
  dims: [batch, channels],
});

/** The first token of each sample, the others left or zero. */
const written = ({ data, dims }: Tensor, first: (sample: number, channel: number) => number, rest: boolean): Tensor => {
  const [, length = 1, channels = 1] = dims;
  const values = data.map((value, i) => {
    const [sample, token, k] = [Math.floor(i / (length * channels)), Math.floor(i / channels) % length, i % channels];
    if (token === 0) return first(sample, k);
    return rest ? value : 0;
  });
  return { data: values, dims };
};

/** The asked values by name, norm made of relu2. */
const renamed = (values: ReadonlyMap<string, Tensor>, change: (value: Tensor) => Tensor, asked: readonly string[]) =>
  new Map(
    asked.map((name) => [name, name === 'norm' ? change(values.get('relu2') as Tensor) : (values.get(name) as Tensor)]),
  );

/**
 * {@link asTokens}, with one more layer behind relu2, "norm": the same tokens, whose first holds their mean, and behind which only that first is
 * read. So its positions have no gradient, as those of a transformer's last block.
 */
export function withClassToken(model: Model): Model {
  const tokens = asTokens(model);
  const at = tokens.layers.findIndex(({ name }) => name === 'relu2');
  const last = tokens.layers[at] as Layer;
  const norm: Layer = { ...last, name: 'norm', kind: 'LayerNormalization' };
  const count = (norm.dims[1] ?? 0) - PREFIX;
  const pooled = (value: Tensor): Tensor => {
    const [, length = 1, channels = 1] = value.dims;
    const mean = (sample: number, k: number): number => {
      let sum = 0;
      for (let token = PREFIX; token < length; token++)
        sum += value.data[(sample * length + token) * channels + k] ?? 0;
      return sum / count;
    };
    return written(value, mean, true);
  };
  const unread = (gradient: Tensor): Tensor => {
    // What pooling gives each position is the class token's share.
    const [, length = 1, channels = 1] = gradient.dims;
    return written(
      gradient,
      (sample, k) => count * (gradient.data[(sample * length + PREFIX) * channels + k] ?? 0),
      false,
    );
  };
  return {
    ...tokens,
    layers: tokens.layers.toSpliced(at + 1, 0, norm),
    run: async (inputs, request = {}) => {
      const { layers: asked = [] } = request;
      const pass = await tokens.run(inputs, {
        ...request,
        layers: asked.map((name) => (name === 'norm' ? 'relu2' : name)),
      });
      return {
        ...pass,
        activations: renamed(pass.activations, pooled, asked),
        gradients: pass.gradients.size > 0 ? renamed(pass.gradients, unread, asked) : pass.gradients,
      };
    },
    resume: (point) =>
      point.layer === 'norm'
        ? model.resume({ layer: 'pooled', activation: classToken(point.activation) })
        : tokens.resume(point),
    pull: async (point, seed, options) => {
      if (point.layer !== 'norm') return tokens.pull(point, seed, options);
      const activation = classToken(point.activation);
      const { data } = await model.pull({ layer: 'pooled', activation }, seed, options);
      return written(point.activation, (sample, k) => data[sample * (activation.dims[1] ?? 1) + k] ?? 0, false);
    },
  };
}
