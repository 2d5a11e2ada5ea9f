import { GradcamError, type Seed } from '@gradcam/core';
import { type Pulled, pulledBy } from '@gradcam/core/adapter';
import { backendName } from './backend.ts';
import { classCount } from './cotangents.ts';
import { seenDims } from './layers.ts';
import { nodeOf, type Opened } from './opened.ts';

/**
 * A seed, checked, and its way to the layers: a backward pass that would fail is not begun.
 * @throws GradcamError `bad-target`, `bad-input`, `layer-off-path`, or `no-gradient` naming every node in the way
 */
export function checkedSeed(opened: Opened, seed: Seed, batch: number, layers: readonly string[]): Pulled {
  const { blockers, facts, score, scoreNode } = opened;
  const backend = backendName(opened.backend);
  const byClass = seed === 'top' || Array.isArray(seed);
  const classes = byClass ? classCount(backend, score, seenDims(scoreNode, opened)) : null;
  const outputs = opened.outputs.map(({ name }) => name);
  const pulled = pulledBy(backend, seed, batch, score, classes, outputs);
  const targets =
    pulled.kind === 'class' ? [scoreNode] : [...pulled.tensors.keys()].map((name) => nodeOf(opened, name));
  const whole = targets.find((target) => facts.get(target)?.type !== 'float32');
  if (whole !== undefined) {
    const type = facts.get(whole)?.type;
    throw new GradcamError(
      'bad-input',
      `${backend}: output ${whole} is of type ${type}; expected a float output to differentiate`,
    );
  }
  for (const layer of layers) {
    const behind = blockers.reachedFrom(layer);
    if (!targets.some((target) => behind.has(target))) {
      throw new GradcamError(
        'layer-off-path',
        `${backend}: ${targets.join(', ')} does not depend on ${layer}; expected a layer between input and score`,
      );
    }
    const nodes = blockers.between(layer, targets).map(({ node, op, reason }) => `${node} (${op}): ${reason}`);
    if (nodes.length > 0) {
      throw new GradcamError(
        'no-gradient',
        `${backend}: the gradient cannot reach ${layer}: ${nodes.join('; ')}; choose a later layer or a gradient-free method`,
      );
    }
  }
  return pulled;
}
