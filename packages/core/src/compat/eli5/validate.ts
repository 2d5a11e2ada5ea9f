import { chooseLayer } from '../../choose-layer.ts';
import { GradcamError } from '../../errors.ts';
import { checkLayer, findLayer } from '../../find-layer.ts';
import { checkInputs } from '../../inputs.ts';
import type { Layer, Model } from '../../model.ts';
import type { Tensor } from '../../tensor.ts';

/** A layer's name or alias, its index (negative ones count from the end), a layer of the model itself, or null for the automatic choice. */
export type Eli5Layer = string | number | Layer | null;

const shown = (dims: readonly (number | null)[]): string => `[${dims.map((dim) => dim ?? 'any').join(', ')}]`;

/**
 * The one sample as a batch of one.
 * @throws GradcamError `bad-input`: not a tensor, a batch of several, another shape than the model's, values that are not finite
 */
export function checkedDoc(model: Model, doc: Tensor): Tensor {
  const [port] = model.inputs;
  if (!(doc?.data instanceof Float32Array) || !Array.isArray(doc.dims)) {
    throw new GradcamError('bad-input', 'the doc is not an array; expected a tensor { data: Float32Array, dims }');
  }
  if (!port || model.inputs.length > 1) {
    throw new GradcamError('bad-input', `the model has ${model.inputs.length} inputs; expected one`);
  }
  const { dims } = doc;
  if (dims.length === port.dims.length && dims[0] !== 1) {
    throw new GradcamError('bad-input', `the batch of the doc is ${dims[0]}; expected 1 sample: dims [1, ...]`);
  }
  const fits =
    dims.length === port.dims.length && port.dims.slice(1).every((dim, i) => dim === null || dim === dims[i + 1]);
  if (!fits) {
    throw new GradcamError('bad-input', `the doc has dims [${dims}]; expected the model's input, ${shown(port.dims)}`);
  }
  checkInputs(model, doc);
  return doc;
}

/**
 * The one class that is asked for; null: the predicted one.
 * @throws GradcamError `bad-target`: no list, not exactly one, not a whole number. The range is checked once the model has run
 */
export function checkedTarget(targets: readonly number[] | null): number | null {
  if (targets === null) return null;
  if (!Array.isArray(targets)) {
    throw new GradcamError('bad-target', `targets is ${typeof targets}; expected a list of one class, or null`);
  }
  const [target, ...others] = targets as readonly unknown[];
  if (target === undefined || others.length > 0) {
    throw new GradcamError('bad-target', `targets holds ${targets.length} classes; expected exactly one`);
  }
  if (!Number.isInteger(target)) {
    throw new GradcamError(
      'bad-target',
      `the target is ${JSON.stringify(target)}; expected the index of a class, a whole number`,
    );
  }
  return target as number;
}

/**
 * @throws GradcamError `unknown-layer` for a name or index that is not there, `bad-option` for what names no layer or has no positions, and
 * what {@link checkLayer} throws
 */
export function checkedLayer(model: Model, layer: Eli5Layer): Layer {
  const found = layer === null ? chooseLayer(model.layers).layer : searched(model.layers, layer);
  checkLayer(found, true);
  return found;
}

function searched(layers: readonly Layer[], layer: string | number | Layer): Layer {
  if (typeof layer === 'string') return findLayer(layers, layer);
  if (typeof layer === 'number' && Number.isInteger(layer)) {
    const at = layers.at(layer);
    if (at) return at;
    throw new GradcamError(
      'unknown-layer',
      `there is no layer ${layer}; the model has ${layers.length}: expected an index from ${-layers.length} to ${layers.length - 1}`,
    );
  }
  if (typeof layer === 'object' && layers.includes(layer)) return layer;
  throw new GradcamError(
    'bad-option',
    `the layer is ${typeof layer === 'object' ? 'none of this model' : String(layer)}; expected a name, an index, a layer of model.layers, or null`,
  );
}
