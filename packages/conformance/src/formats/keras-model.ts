import { type Artifacts, WeightsFile } from './weights-file.ts';

type Weight = readonly [name: string, shape: readonly number[], values: ArrayLike<number>];

/** A functional Keras model as its JSON says it, layer by layer. Every method that makes a layer takes its name and returns it. */
export class KerasModel {
  readonly #name: string;
  readonly #weights: WeightsFile;
  readonly #layers: object[] = [];
  readonly #inputs: string[] = [];
  /** Tensors that a layer of another name gives, and by which of its calls. */
  readonly #givenBy = new Map<string, readonly [layer: string, call: number]>();

  constructor(name: string, weights: WeightsFile = new WeightsFile()) {
    this.#name = name;
    this.#weights = weights;
  }

  /** @param as the layer's name where the tensor's is taken: inside a sub-model */
  input(tensor: string, shape: readonly (number | null)[], as?: string): string {
    const name = as ?? tensor;
    this.#givenBy.set(tensor, [name, 0]);
    this.#inputs.push(name);
    const config = { name, batch_input_shape: shape, dtype: 'float32', sparse: false };
    this.#layers.push({ class_name: 'InputLayer', name, config, inbound_nodes: [] });
    return name;
  }

  layer(
    kind: string,
    name: string,
    inputs: readonly string[],
    config: object = {},
    weights: readonly Weight[] = [],
  ): string {
    this.#layers.push({
      class_name: kind,
      name,
      config: { name, trainable: true, ...config },
      inbound_nodes: [this.#inbound(inputs)],
    });
    for (const [weight, shape, values] of weights) this.#weights.add(`${name}/${weight}`, shape, values);
    return name;
  }

  #inbound(inputs: readonly string[]): readonly unknown[] {
    return inputs.map((input) => [...this.#at(input), {}]);
  }

  #at(tensor: string): readonly unknown[] {
    return [...(this.#givenBy.get(tensor) ?? [tensor, 0]), 0];
  }

  /** A model whose weights lie with those of this one. */
  within(name: string): KerasModel {
    return new KerasModel(name, this.#weights);
  }

  /** Puts a model in as a layer; its output is known here by the tensor's name. */
  nest(model: KerasModel, inputs: readonly string[], output: string): void {
    // call 0 is the sub-model's own construction
    this.#givenBy.set(output, [model.#name, 1]);
    this.#layers.push({ ...model.#config([output]), name: model.#name, inbound_nodes: [this.#inbound(inputs)] });
  }

  #config(outputs: readonly string[]): object {
    return {
      class_name: 'Functional',
      config: {
        name: this.#name,
        trainable: true,
        layers: this.#layers,
        input_layers: this.#inputs.map((name) => [name, 0, 0]),
        output_layers: outputs.map((name) => this.#at(name)),
      },
    };
  }

  finish(outputs: readonly string[]): Artifacts {
    return {
      format: 'layers-model',
      modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: this.#config(outputs) },
      weightSpecs: this.#weights.specs,
      weightData: this.#weights.data(),
    };
  }
}
