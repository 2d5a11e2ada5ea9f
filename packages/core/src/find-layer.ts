import { closest } from './closest.ts';
import { GradcamError } from './errors.ts';
import type { Grid, Layer } from './model.ts';

const LISTED = 5;

function list(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return names.slice(0, LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/**
 * The layer of that name, else the one with that alias.
 * @throws GradcamError `ambiguous-layer` listing the candidates, `unknown-layer` suggesting the closest
 */
export function findLayer(layers: readonly Layer[], name: string): Layer {
  const named = layers.find((layer) => layer.name === name);
  if (named) return named;
  const [aliased, ...others] = layers.filter(({ aliases }) => aliases.includes(name));
  if (aliased && others.length === 0) return aliased;
  if (aliased) {
    throw new GradcamError(
      'ambiguous-layer',
      `"${name}" is ${others.length + 1} layers; expected one of ${list([aliased, ...others].map((layer) => layer.name))}`,
    );
  }
  const guess = closest(
    name,
    layers.flatMap((layer) => [layer.name, ...layer.aliases]),
  );
  throw new GradcamError(
    'unknown-layer',
    `there is no layer "${name}"; ${guess === undefined ? `expected one of ${list(layers.map((layer) => layer.name))}` : `did you mean "${guess}"?`}`,
  );
}

/**
 * The grid of a layer that a method can be used at.
 * @throws GradcamError `layer-off-path`, `no-gradient` naming every node in the way, or `bad-option` when it has no positions
 */
export function checkLayer(layer: Layer, needsGradient: boolean): Grid {
  if (!layer.onPath) {
    throw new GradcamError(
      'layer-off-path',
      `the score does not depend on ${layer.name}; expected a layer between input and score`,
    );
  }
  if (!layer.grid) {
    throw new GradcamError(
      'bad-option',
      `${layer.name} has dims [${layer.dims.map((dim) => dim ?? 'any').join(', ')}] and no positions; expected a feature map [N, C, H, W] or a token grid`,
    );
  }
  if (needsGradient && layer.blocked.length > 0) {
    const nodes = layer.blocked.map(
      ({ node, op, opset, reason }) => `${node} (${op}${opset === null ? '' : `, opset ${opset}`}): ${reason}`,
    );
    throw new GradcamError(
      'no-gradient',
      `the gradient cannot reach ${layer.name}: ${nodes.join('; ')}; expected a rule for each; choose a later layer or a gradient-free method`,
    );
  }
  return layer.grid;
}
