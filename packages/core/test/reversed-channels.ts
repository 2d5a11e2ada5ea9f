import type { Model, Tensor } from '../src/index.ts';

/** The channels in the other order. */
function turned({ data, dims }: Tensor): Tensor {
  const [batch = 1, channels = 1] = dims;
  const positions = data.length / (batch * channels);
  const values = data.map((_, at) => {
    const [n, k, i] = [Math.floor(at / (channels * positions)), Math.floor(at / positions) % channels, at % positions];
    return data[(n * channels + channels - 1 - k) * positions + i] ?? 0;
  });
  return { data: values, dims };
}

const seen = (values: ReadonlyMap<string, Tensor>) =>
  new Map([...values].map(([name, value]) => [name, name === 'relu2' ? turned(value) : value]));

/** The same network, whose layer relu2 shows its channels the other way around. */
export function withReversedChannels(model: Model): Model {
  return {
    ...model,
    run: async (inputs, request) => {
      const pass = await model.run(inputs, request);
      return { ...pass, activations: seen(pass.activations), gradients: seen(pass.gradients) };
    },
    resume: (point) =>
      model.resume(point.layer === 'relu2' ? { ...point, activation: turned(point.activation) } : point),
    pull: async (point, seed, options) => {
      if (point.layer !== 'relu2') return model.pull(point, seed, options);
      return turned(await model.pull({ ...point, activation: turned(point.activation) }, seed, options));
    },
  };
}
