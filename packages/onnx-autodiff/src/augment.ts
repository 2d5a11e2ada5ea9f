import { backward } from './backward.ts';
import { Emitter } from './emit/emitter.ts';
import type { Value } from './emit/tape.ts';
import { writeValueInfo } from './emit/value-info.ts';
import { AutodiffError, type Blocker } from './errors.ts';
import { closest } from './graph/closest.ts';
import { Facts, type Shapes } from './graph/facts.ts';
import { type Graph, openGraph } from './graph/graph.ts';
import { leadingTo, reachedFrom } from './graph/reach.ts';
import { type Fact, FLOAT, INT64, isFloat } from './graph/types.ts';
import { rules as allRules } from './rules/index.ts';
import type { RuleTable } from './rules/rule.ts';
import { findScore } from './score.ts';
import { classSeed } from './seed.ts';
import { splice } from './splice.ts';
import { numberOf } from './wire/schema.ts';
import type { Writer } from './wire/writer.ts';

/** Before it, operators had other forms (`axis` and `broadcast` attributes, types as words) that runtimes no longer run. */
const OLDEST_OPSET = 7;

export interface AugmentOptions {
  /** The tensors that are differentiated; the score of the first output by default (its logits where a softmax or sigmoid follows). */
  readonly of?: string | readonly string[];
  /** The tensors with respect to which: inputs, intermediate tensors, parameters that have a rule. */
  readonly wrt?: string | readonly string[];
  /** Tensors that become outputs too; those of `wrt` that are no inputs and no parameters always do. */
  readonly read?: readonly string[];
  /**
   * 'class': a required int64 [N] input names each sample's class, -1 its own top class; needs one `of` of dims [N, C].
   * 'cotangent' (default): a float32 input of the dims of each `of`.
   */
  readonly seed?: 'class' | 'cotangent';
  /** Types and dims that the file does not declare, by tensor name. */
  readonly shapes?: Shapes;
  /** Another rule table, for example `guided(rules)`. */
  readonly rules?: RuleTable;
}

export interface Augmented {
  /** The extended model. The original graph bytes stand in it unchanged. */
  readonly bytes: Uint8Array;
  /** How many bytes were added. */
  readonly patchBytes: number;
  /** What is differentiated. */
  readonly of: readonly string[];
  /** The int64 [N] input of seed 'class'. */
  readonly classInput: string | null;
  /** The cotangent input of each `of`, by its name. */
  readonly cotangentInputs: ReadonlyMap<string, string>;
  /** The output that holds each tensor of `read` and `wrt` that is made in the graph: itself, or the real numbers that its integers stand for. */
  readonly activations: ReadonlyMap<string, string>;
  /** The output that holds the gradient, by the name of the `wrt`. float32, of the dims of the `wrt`. */
  readonly gradients: ReadonlyMap<string, string>;
}

/** One message with every blocker, the nearest to the score first. */
export function blockedMessage(of: readonly string[], blockers: readonly Blocker[]): string {
  const list = blockers.map(
    ({ node, op, opset, reason }) => `${op}${opset === null ? '' : ` (opset ${opset})`} at ${node}: ${reason}`,
  );
  return `no gradient from ${of.join(', ')}: ${blockers.length} node${blockers.length > 1 ? 's are' : ' is'} in the way. ${list.join('; ')}. Choose a layer behind them, nearer to the score`;
}

function asList(names: string | readonly string[] | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}

function checkKnown(graph: Graph, facts: Facts, names: readonly string[]): void {
  for (const name of names) {
    if (!graph.producers.has(name) && !graph.inputs.includes(name) && !graph.initializers.has(name)) {
      const near = closest(name, [...graph.producers.keys(), ...graph.inputs]);
      throw new AutodiffError(
        'unknown-tensor',
        `the model has no tensor ${name}; expected the name of an input, a node output or an initializer${near ? `, did you mean ${near}?` : ''}`,
      );
    }
    const { type } = facts.of(name);
    if (type !== undefined && !isFloat(type) && !facts.standsForReal(name)) {
      throw new AutodiffError('bad-option', `tensor ${name} holds integers; gradients exist for float tensors only`);
    }
  }
}

/** The gradients of `wrt`, or the error that says which are not to be had and why. */
function gradientsOf(
  graph: Graph,
  facts: Facts,
  e: Emitter,
  seeds: ReadonlyMap<string, Value>,
  wrt: readonly string[],
  rules: RuleTable,
): ReadonlyMap<string, Value> {
  if (graph.opset < OLDEST_OPSET) {
    throw new AutodiffError(
      'unsupported-model',
      `the model has opset ${graph.opset}; runtimes have no kernels there for what a gradient is written in, convert it to opset ${OLDEST_OPSET} or later`,
    );
  }
  const of = [...seeds.keys()];
  const upstream = leadingTo(graph, of);
  for (const name of wrt) {
    if (!upstream.has(name))
      throw new AutodiffError(
        'off-path',
        `${of.join(', ')} does not depend on ${name}; expected a tensor between the input and the score`,
      );
  }
  const { gradients, blockers } = backward(graph, facts, e, seeds, new Set(wrt), rules);
  if (blockers.length > 0) throw new AutodiffError('no-gradient', blockedMessage(of, blockers), blockers);
  for (const name of wrt) {
    if (!gradients.has(name)) {
      throw new AutodiffError(
        'off-path',
        `${of.join(', ')} depends on ${name} only through operators without a gradient (shapes, comparisons, rounding, indices); expected a differentiable path`,
      );
    }
  }
  return gradients;
}

/**
 * Extends a model by the gradient of some of its tensors with respect to others, as plain ONNX operators of the model's
 * own operator set. The model's outputs, nodes and weights stay as they are, byte for byte.
 *
 * @param bytes an .onnx file
 * @throws AutodiffError `bad-model`, `unsupported-model`, `unknown-tensor`, `off-path`, `bad-option`, or `no-gradient`
 *   with every node in the way
 */
export function augment(bytes: Uint8Array, options: AugmentOptions = {}): Augmented {
  const graph = openGraph(bytes);
  const facts = new Facts(graph, options.shapes);
  const wrt = asList(options.wrt);
  const read = options.read ?? [];
  const of = options.of === undefined ? [findScore(graph, facts).tensor] : asList(options.of);
  checkKnown(graph, facts, [...of, ...wrt]);
  const e = new Emitter(graph.opset, graph.names);
  const inputs: [name: string, fact: Fact][] = [];
  const input = (wanted: string, fact: Fact): Value => {
    const name = e.freeName(wanted);
    inputs.push([name, fact]);
    return { name, ...fact };
  };

  let classInput: string | null = null;
  const cotangentInputs = new Map<string, string>();
  const seeds = new Map<string, Value>();
  if (wrt.length > 0 && options.seed === 'class') {
    const [score] = of;
    if (score === undefined || of.length > 1)
      throw new AutodiffError(
        'bad-option',
        `seed "class" differentiates one tensor, not ${of.length}; expected one name in \`of\``,
      );
    const value = facts.float32(e, { name: score, ...facts.of(score) });
    const classes = input('class', { type: INT64, dims: [value.dims?.[0] ?? 'N'] });
    classInput = classes.name;
    seeds.set(score, classSeed(e, value, classes));
  } else if (wrt.length > 0) {
    for (const name of of) {
      const cotangent = input(`cotangent/${name}`, { type: FLOAT, dims: facts.of(name).dims });
      cotangentInputs.set(name, cotangent.name);
      seeds.set(name, cotangent);
    }
  }

  const found =
    wrt.length > 0 ? gradientsOf(graph, facts, e, seeds, wrt, options.rules ?? allRules) : new Map<string, Value>();
  const published = new Map(wrt.map((name) => [name, e.publish(found.get(name) as Value, `gradient/${name}`)]));
  const depend = reachedFrom(graph, graph.inputs);
  const exposed = [...new Set([...read, ...wrt])].filter((name) => depend.has(name) && graph.producers.has(name));
  const reals = new Map(
    exposed
      .filter((name) => facts.standsForReal(name))
      .map((name) => [name, e.publish(facts.real(e, { name, ...facts.of(name) }), `real/${name}`)]),
  );
  const patch = e.write([...published.values(), ...reals.values()]);
  writeInterface(
    patch,
    inputs,
    exposed.filter((name) => !reals.has(name) && !graph.outputs.includes(name)).map((name) => [name, facts.of(name)]),
  );
  writeInterface(
    patch,
    [],
    [...published, ...reals].map(([name, value]) => [value.name, { type: FLOAT, dims: facts.of(name).dims }]),
  );
  return {
    ...splice(graph.file, patch.finish()),
    of,
    classInput,
    cotangentInputs,
    activations: new Map(exposed.map((name) => [name, reals.get(name)?.name ?? name])),
    gradients: new Map([...published].map(([name, value]) => [name, value.name])),
  };
}

type Ports = readonly (readonly [name: string, fact: Fact])[];

/** Adds inputs and outputs to a patch. */
export function writeInterface(patch: Writer, inputs: Ports, outputs: Ports): void {
  for (const [name, fact] of inputs) patch.message(numberOf('Graph', 'input'), (to) => writeValueInfo(to, name, fact));
  for (const [name, fact] of outputs)
    patch.message(numberOf('Graph', 'output'), (to) => writeValueInfo(to, name, fact));
}
