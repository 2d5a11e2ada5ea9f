import { type Model, type RunOptions, sampleOf, type TargetOption, type Tensor } from '@gradcam/core';

/** The gradient of a target at one layer for one sample [1, ...]. */
export async function gradientOf(
  model: Model,
  input: Tensor,
  layer: string,
  asked: TargetOption,
  options: RunOptions,
): Promise<Tensor | undefined> {
  if (typeof asked !== 'object') {
    const seed = asked === 'top' ? 'top' : [asked];
    return (await model.run(input, { layers: [layer], seed, ...options })).gradients.get(layer);
  }
  const pass = await model.run(input, { layers: [layer], ...options });
  const activation = pass.activations.get(layer);
  const bypassed = model.layers.find(({ name }) => name === layer)?.bypassed;
  if (!activation) return undefined;
  const outputs = new Map([...pass.outputs].map(([name, value]) => [name, sampleOf(value, 0)]));
  const { slope } = asked.evaluate({
    output: sampleOf(pass.output, 0),
    outputs,
    score: model.score,
  });
  const slopes = slope instanceof Float32Array ? new Map([[model.score.output, slope]]) : slope;
  const dimsOf = (name: string) => (name === model.score.output ? pass.output : pass.outputs.get(name))?.dims ?? [];
  const seed = new Map([...slopes].map(([name, data]) => [name, { data, dims: dimsOf(name) }]));
  return model.pull({ layer, activation, ...(bypassed ? { inputs: input } : {}) }, seed, options);
}
