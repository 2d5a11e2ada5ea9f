import type { LayersModel } from './layers-model.ts';
import { LayersNetwork } from './layers-network.ts';
import { type FromTfjsOptions, open } from './open.ts';
import type { TfjsModel } from './tfjs-model.ts';

/**
 * Opens a LayersModel for explanation: Sequential or functional, with nested models, shared layers, several inputs and outputs.
 * A layer's name is its own behind those of the models around it, "sequential_1/model/out_relu"; its second call ends in "@2".
 *
 * The model runs on noise to learn its sizes and to verify that its logits lead to its output. It stays the caller's, to use
 * and to dispose of, and is as it was.
 *
 * @throws GradcamError `unsupported-model` for masks, state and inputs that are no numbers, `bad-option`, `runtime`
 */
export function fromLayersModel(model: LayersModel, options: FromTfjsOptions = {}): Promise<TfjsModel> {
  return open(() => new LayersNetwork(model), options);
}
