import { findLayer, type Inputs, type Layer, type Model, type Seed, sizeOf, type Tensor } from '@gradcam/core';
import { type Network, nodeOf, picturesFor } from '../network.ts';
import { Broken, type Subject } from './law.ts';

/** `count` seeded samples as the model takes them: a lone tensor where it has one input. */
export function pictures({ network, model }: Pick<Subject, 'network' | 'model'>, count: number, seed = 1): Inputs {
  const all = picturesFor(network, count, seed);
  if (all.size > 1) return named(model, all);
  return [...all.values()][0] as Tensor;
}

/** The inputs under the names the model has for them: its own, or the network's in the same order. */
function named(model: Model, all: ReadonlyMap<string, Tensor>): Inputs {
  return new Map(
    [...all].map(([name, tensor], i) => [
      model.inputs.some((port) => port.name === name) ? name : (model.inputs[i]?.name ?? name),
      tensor,
    ]),
  );
}

/** Sample `index` of inputs, alone. */
export function alone(inputs: Inputs, index: number): Inputs {
  const one = ({ data, dims }: Tensor): Tensor => {
    const each = sizeOf(dims.slice(1));
    return { data: data.slice(index * each, (index + 1) * each), dims: [1, ...dims.slice(1)] };
  };
  return inputs instanceof Map
    ? new Map([...(inputs as ReadonlyMap<string, Tensor>)].map(([name, tensor]) => [name, one(tensor)]))
    : one(inputs as Tensor);
}

/** One class per sample as a seed: for a score with positions (segmentation) the sum over all of them. */
export function seedFor(network: Network, classes: readonly number[], weight = 1): Seed {
  const { dims } = nodeOf(network, network.score);
  return dims.length === 1 && weight === 1 ? classes : cotangent(network, classes, weight);
}

/** That seed written out: `weight` on every position of the class. */
export function cotangent(network: Network, classes: readonly number[], weight = 1): Tensor {
  const { dims } = nodeOf(network, network.score);
  const positions = sizeOf(dims.slice(1));
  const data = new Float32Array(classes.length * sizeOf(dims));
  classes.forEach((index, n) => {
    const from = (n * (dims[0] ?? 1) + index) * positions;
    data.fill(weight, from, from + positions);
  });
  return { data, dims: [classes.length, ...dims] };
}

/** The score that such a seed differentiates: d score / d activation is the gradient. */
export function scoreOf({ data, dims }: Tensor, sample: number, index: number): number {
  const positions = sizeOf(dims.slice(2));
  const from = (sample * (dims[1] ?? 1) + index) * positions;
  return data.subarray(from, from + positions).reduce((sum, value) => sum + value, 0);
}

/** The model's layer for a tensor of the network, by name or alias. */
export function layerOf({ model }: Subject, name: string): Layer {
  try {
    return findLayer(model.layers, name);
  } catch (error) {
    throw new Broken({ layer: name, expected: 'a layer of that name or alias', received: String(error) });
  }
}

/** Every layer that the score depends on. */
export function layersOf({ model }: Subject): readonly Layer[] {
  return model.layers.filter(({ onPath }) => onPath);
}

/** Of a map from layers to tensors the one of this layer. */
export function valueAt(values: ReadonlyMap<string, Tensor>, { name }: Layer, what: string): Tensor {
  const value = values.get(name);
  if (!value) throw new Broken({ layer: name, expected: `its ${what}`, received: `those of ${[...values.keys()]}` });
  return value;
}
