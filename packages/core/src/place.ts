import { chooseLayer } from './choose-layer.ts';
import { GradcamError } from './errors.ts';
import type { Chosen } from './explanation.ts';
import { checkLayer, findLayer } from './find-layer.ts';
import type { Method } from './method.ts';
import type { Grid, Layer, Model } from './model.ts';

/** A layer that a method is to explain, and why that one. */
export interface Place {
  readonly layer: Layer;
  readonly grid: Grid;
  readonly chosen: Chosen;
  readonly reason: string;
}

/** How far back the choice goes on from a token grid whose patches have no gradient: about two transformer blocks. */
const TOKEN_CANDIDATES = 24;

export function needsGradient(method: Method): boolean {
  return method.kind === 'gradient' || (method.kind === 'probe' && method.gradient === true);
}

function inputPlace({ backend, layers }: Model, method: Method, name: string | undefined): Place {
  const [layer] = layers;
  if (!layer)
    throw new GradcamError('unsupported-model', `${backend}: the model lists no layers; expected at least its input`);
  if (name !== undefined) {
    throw new GradcamError(
      'bad-option',
      `${method.title} explains the input itself (received layer "${name}"); leave \`layer\` out`,
    );
  }
  const grid = checkLayer({ ...layer, grid: { kind: 'map' } }, needsGradient(method));
  return { layer, grid, chosen: 'auto', reason: `${method.title} explains the input itself` };
}

/**
 * Where to explain, best first. There are several only for the automatic choice among token grids: behind the last attention, patch tokens
 * have no gradient when only the class token is read, which no file tells and one pass does.
 */
export function placesOf(model: Model, method: Method, name: string | undefined): readonly [Place, ...Place[]] {
  if (method.at === 'input') return [inputPlace(model, method, name)];
  if (name !== undefined) {
    const layer = findLayer(model.layers, name);
    const reason = layer.name === name ? 'given by name' : `given by its alias "${name}"`;
    return [{ layer, grid: checkLayer(layer, needsGradient(method)), chosen: 'given', reason }];
  }
  const { layer, reason, alternatives } = chooseLayer(model.layers, needsGradient(method));
  const place = (candidate: Layer, why: string): Place => ({
    layer: candidate,
    grid: checkLayer(candidate, needsGradient(method)),
    chosen: 'auto',
    reason: why,
  });
  if (layer.grid?.kind !== 'tokens' || method.kind !== 'gradient') return [place(layer, reason)];
  const others = alternatives.slice(0, TOKEN_CANDIDATES - 1);
  return [
    place(layer, reason),
    ...others.map((other) => place(other, `the last token grid whose patches have a gradient (${other.kind})`)),
  ];
}
