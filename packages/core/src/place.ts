import { chooseLayer, chooseLayers } from './choose-layer.ts';
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

/** Places of which one is explained: the first whose positions have a gradient. */
export type Candidates = readonly [Place, ...Place[]];

/** What a caller says about where to explain. */
export interface Where {
  /** Names or aliases; several maps are fused. */
  readonly layer?: string | readonly string[];
  /** How to see the layers, where the model does not tell. */
  readonly grid?: Grid;
}

/** How far back the choice goes on from a token grid whose patches have no gradient: about two transformer blocks. */
const TOKEN_CANDIDATES = 24;

export function needsGradient(method: Method): boolean {
  return method.kind === 'gradient' || (method.kind === 'probe' && method.gradient === true);
}

function inputPlace({ backend, layers }: Model, method: Method, name: Where['layer']): Place {
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

function given(layers: readonly Layer[], method: Method, name: string, grid: Grid | undefined): Candidates {
  const found = findLayer(layers, name);
  const layer = grid ? { ...found, grid } : found;
  const reason = layer.name === name ? 'given by name' : `given by its alias "${name}"`;
  return [{ layer, grid: checkLayer(layer, needsGradient(method)), chosen: 'given', reason }];
}

/** Whether it matters that what lies behind a layer reads its positions. */
const looksBehind = (method: Method): boolean =>
  needsGradient(method) || (method.kind === 'probe' && method.changesLayer === true);

/** Token grids as candidates, since the last may be unread; of feature maps the first alone. */
function candidatesOf(
  [layer, ...others]: readonly [Layer, ...Layer[]],
  method: Method,
  reason: string,
  otherwise: string,
): Candidates {
  const place = (one: Layer, why: string): Place => ({
    layer: one,
    grid: checkLayer(one, needsGradient(method)),
    chosen: 'auto',
    reason: why,
  });
  if (layer.grid?.kind !== 'tokens' || !looksBehind(method)) return [place(layer, reason)];
  // What cannot be differentiated cannot be asked whether it is read.
  const known = layer.blocked.length > 0 ? [] : others.filter(({ blocked }) => blocked.length === 0);
  return [
    place(layer, reason),
    ...known.slice(0, TOKEN_CANDIDATES - 1).map((one) => place(one, `${otherwise} (${one.kind})`)),
  ];
}

function chosen({ layers }: Model, method: Method): readonly Candidates[] {
  const needed = needsGradient(method);
  if (method.fusion) {
    return chooseLayers(layers, needed).map((group) => {
      const reason = `the last of its resolution (${group[0].kind})`;
      return candidatesOf(group, method, reason, 'the last of its resolution whose patches have a gradient');
    });
  }
  const { layer, reason, alternatives } = chooseLayer(layers, needed);
  const otherwise = 'the last token grid whose patches have a gradient';
  return [candidatesOf([layer, ...alternatives], method, reason, otherwise)];
}

/**
 * Where to explain: one list of candidates per map. There are several candidates only for the automatic choice among token grids: behind the
 * last attention, patch tokens have no gradient when only the class token is read, which no file tells and one pass does.
 */
export function placesOf(model: Model, method: Method, { layer, grid }: Where): readonly Candidates[] {
  if (method.at === 'input') return [[inputPlace(model, method, layer)]];
  if (layer === undefined) return chosen(model, method);
  const names = typeof layer === 'string' ? [layer] : layer;
  if (names.length === 0) {
    throw new GradcamError('bad-option', 'the list of layers is empty; expected one or more, or leave `layer` out');
  }
  const places = names.map((name) => given(model.layers, method, name, grid));
  const all = new Set(
    places.map(
      ([
        {
          layer: { name },
        },
      ]) => name,
    ),
  );
  if (all.size < places.length) {
    throw new GradcamError('bad-option', `a layer is given twice in [${names.join(', ')}]; expected each once`);
  }
  return places;
}
