import type { GraphModel } from './graph-model.ts';
import { GraphNetwork } from './graph-network.ts';
import { type FromTfjsOptions, open } from './open.ts';
import type { TfjsModel } from './tfjs-model.ts';

/**
 * Opens a GraphModel for explanation, as `loadGraphModel` gives it: converted, frozen, with fused operators. A layer's name is
 * its node's.
 *
 * The model runs on noise to learn its sizes and to verify that its logits lead to its output. It stays the caller's, to use
 * and to dispose of.
 *
 * @throws GradcamError `bad-model`, `unsupported-model` for inputs that are no numbers, `bad-option`, `runtime`
 */
export function fromGraphModel(model: GraphModel, options: FromTfjsOptions = {}): Promise<TfjsModel> {
  return open(() => GraphNetwork.of(model), options);
}
