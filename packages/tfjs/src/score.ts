import type { Tensor } from '@gradcam/core';
import { GradcamError, type Score } from '@gradcam/core';
import { leadsTo, type Squash, scoreByLook } from '@gradcam/core/adapter';
import type { Network, NetworkNode, NetworkOutput } from './network.ts';
import type { Fact } from './survey.ts';

/** The output that shows the class scores, and what lies behind its final softmax or sigmoid. */
export interface FoundScore {
  readonly output: NetworkOutput;
  /** The node of the logits; the output's own node where no squashing function is found. */
  readonly node: string;
  readonly squash: Squash | null;
}

export interface ScoreOptions {
  readonly output?: string | undefined;
  readonly score?: string | undefined;
}

/** A layer, node or output of that name or alias. */
function named(network: Network, name: string, what: string): NetworkNode {
  const [node, ...others] = network.nodes.filter((one) => one.name === name || one.aliases.includes(name));
  const exact = network.nodes.find((one) => one.name === name);
  if (exact) return exact;
  if (node && others.length === 0) return node;
  const outputs = network.outputs.map((output) => output.name).join(', ');
  throw new GradcamError(
    'bad-option',
    `tfjs: the model has no ${what} ${name}; expected a layer's or node's name, for instance an output: ${outputs}`,
  );
}

/** Walks back from the output over reshaping to a softmax or sigmoid; the score is what that reads. */
export function findScore(network: Network, { output: wanted, score }: ScoreOptions): FoundScore {
  const first = network.outputs[0] as NetworkOutput;
  const output =
    wanted === undefined
      ? first
      : (network.outputs.find(({ name }) => name === wanted) ??
        network.outputs.find(({ node }) => node === named(network, wanted, 'output').name));
  if (!output) {
    const names = network.outputs.map(({ name }) => name).join(', ');
    throw new GradcamError('bad-option', `tfjs: ${wanted} is no output of the model; expected one of ${names}`);
  }
  if (score !== undefined) return { output, node: named(network, score, 'score').name, squash: null };
  const nodes = new Map(network.nodes.map((node) => [node.name, node]));
  for (let node = nodes.get(output.node); node; ) {
    const [read, ...others] = node.reads;
    if (read === undefined || others.length > 0 || node.ending === null) break;
    if (node.ending !== 'reshape') return { output, node: read, squash: node.ending };
    node = nodes.get(read);
  }
  return { output, node: output.node, squash: null };
}

/**
 * Checks on noise that the logits really lead to what the model itself returns. Where they do not, the output is the score,
 * and is called what its values look like.
 */
export function verifiedScore(
  found: FoundScore,
  facts: ReadonlyMap<string, Fact>,
  logits: Tensor,
  output: Tensor,
): Score {
  if (found.node !== found.output.node && found.squash === null) return scoreByLook(found.node, logits);
  const classes = facts.get(found.node)?.dims.at(-1) ?? 0;
  const agrees = found.squash !== null && leadsTo(logits.data, classes, output.data, found.squash);
  if (!agrees) return scoreByLook(found.output.name, output);
  return { output: found.node, kind: 'logit', activation: found.squash === 'sigmoid' ? 'sigmoid' : 'softmax' };
}
