import { GradcamError } from '../errors.ts';
import type { Model, Point } from '../model.ts';
import { type Feeds, feedsOf } from './feeds.ts';

/** The activation's batch counts; inputs are wanted only where paths lead around the layer, and one may stand for all. */
export function pointFeeds({ backend, inputs, layers }: Model, point: Point): Feeds {
  const layer = layers.find(({ name }) => name === point.layer);
  if (!layer) {
    throw new GradcamError(
      'unknown-layer',
      `${backend}: the model has no layer ${point.layer}; expected the name of one of \`model.layers\``,
    );
  }
  const batch = point.activation.dims[0] ?? 1;
  const expected = layer.dims.slice(1);
  const given = point.activation.dims;
  if (given.length !== expected.length + 1 || expected.some((dim, axis) => dim !== null && dim !== given[axis + 1])) {
    throw new GradcamError(
      'bad-input',
      `${backend}: the activation of ${point.layer} has dims [${given}]; expected [any, ${expected.map((dim) => dim ?? 'any').join(', ')}]`,
    );
  }
  if (!layer.bypassed) return { tensors: new Map(), batch };
  if (!point.inputs)
    throw new GradcamError(
      'bad-input',
      `${backend}: paths lead around ${point.layer}; expected \`inputs\` beside its activation`,
    );
  const feeds = feedsOf(backend, inputs, point.inputs);
  if (feeds.batch !== batch && feeds.batch !== 1) {
    throw new GradcamError(
      'bad-input',
      `${backend}: ${feeds.batch} inputs for ${batch} activations of ${point.layer}; expected as many, or one for all`,
    );
  }
  return { tensors: feeds.tensors, batch };
}
