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
  readonly output?: string | number | undefined;
  readonly score?: string | undefined;
}

/** The node of that name, or the only one of that alias. */
function named(network: Network, name: string): NetworkNode | undefined {
  const aliased = network.nodes.filter(({ aliases }) => aliases.includes(name));
  return network.nodes.find((node) => node.name === name) ?? (aliased.length === 1 ? aliased[0] : undefined);
}

/** The output of that index, name or alias. */
function outputOf(network: Network, asked: string | number | undefined): NetworkOutput | undefined {
  if (typeof asked !== 'string') return network.outputs[asked ?? 0];
  const node = named(network, asked)?.name;
  return network.outputs.find(({ name }) => name === asked) ?? network.outputs.find((output) => output.node === node);
}

/** Whether a node has a float value for each sample, as a score must. */
function isScore(fact: Fact | undefined): boolean {
  return fact?.batched === true && fact.type === 'float32' && fact.dims.length >= 2;
}

/** Whether a score has one value per class, and not one for each position. */
const isPerClass = (fact: Fact | undefined): boolean =>
  (fact?.dims.slice(1) ?? []).filter((dim) => dim !== 1).length <= 1;

function refuse(code: 'bad-option' | 'unsupported-model', what: string, names: readonly string[]): never {
  throw new GradcamError(code, `tfjs: ${what}; expected a float value per sample, for instance of ${names.join(', ')}`);
}

/**
 * Walks back from the output over reshaping to a softmax or sigmoid; the score is what that reads.
 * @throws GradcamError `bad-option` for a name that is none, `unsupported-model` where no output can be a score
 */
export function findScore(network: Network, facts: ReadonlyMap<string, Fact>, asked: ScoreOptions): FoundScore {
  const names = network.outputs.map(({ name }) => name);
  const usable = network.outputs.filter(({ node }) => isScore(facts.get(node)));
  // a GraphModel lists its outputs in any order
  const first = usable.find(({ node }) => isPerClass(facts.get(node))) ?? usable[0];
  const output = asked.output === undefined ? first : usable.find((one) => one === outputOf(network, asked.output));
  if (asked.score !== undefined) {
    const node = named(network, asked.score)?.name ?? '';
    if (!isScore(facts.get(node))) refuse('bad-option', `${asked.score} cannot be the score`, names);
    return { output: output ?? { name: node, node }, node, squash: null };
  }
  if (!output && asked.output !== undefined) refuse('bad-option', `output ${asked.output} cannot be the score`, names);
  if (!output)
    refuse(
      'unsupported-model',
      `no output (${names.join(', ')}) can be the score, name one by \`score\``,
      [...facts.keys()].slice(-5),
    );
  const nodes = new Map(network.nodes.map((node) => [node.name, node]));
  for (let node = nodes.get(output.node); node; ) {
    const [read, ...others] = node.reads;
    if (read === undefined || others.length > 0 || node.ending === null) break;
    if (node.ending !== 'reshape') return { output, node: read, squash: node.ending };
    node = nodes.get(read);
  }
  return { output, node: output.node, squash: null };
}

/** [N, 1, 1, C] scores are [N, C]. */
function rows({ data, dims }: Tensor): Tensor {
  const flat = dims.slice(1, -1).every((dim) => dim === 1);
  return { data, dims: flat ? [dims[0] ?? 1, dims.at(-1) ?? 1] : dims };
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
  if (found.node !== found.output.node && found.squash === null) return scoreByLook(found.node, rows(logits));
  const classes = facts.get(found.node)?.dims.at(-1) ?? 0;
  const agrees = found.squash !== null && leadsTo(logits.data, classes, output.data, found.squash);
  if (!agrees) return scoreByLook(found.output.name, rows(output));
  return { output: found.node, kind: 'logit', activation: found.squash === 'sigmoid' ? 'sigmoid' : 'softmax' };
}
