import { backward } from './backward.ts';
import { Emitter } from './emit/emitter.ts';
import { writePorts } from './emit/ports.ts';
import { Refusal } from './emit/refusal.ts';
import type { Value } from './emit/tape.ts';
import { writeInitializer } from './emit/tensor-proto.ts';
import { AutodiffError, type Blocker } from './errors.ts';
import { closest } from './graph/closest.ts';
import { copiesFor } from './graph/copies.ts';
import type { ExternalData } from './graph/external.ts';
import { Facts, type Shapes } from './graph/facts.ts';
import { type Graph, openGraph } from './graph/graph.ts';
import { leadingTo, reachedFrom } from './graph/reach.ts';
import { FLOAT, INT64, isFloat } from './graph/types.ts';
import { heatmap, type View, viewOf } from './heatmap.ts';
import { rules as allRules } from './rules/index.ts';
import { type Profile, profiled } from './rules/profile.ts';
import type { RuleTable } from './rules/rule.ts';
import { findScore } from './score.ts';
import { seedsOf } from './seed.ts';
import { splice } from './splice.ts';

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
  /**
   * 'optional': where the class input is left out, each sample's own top class is meant. C++ and Python know such inputs; JavaScript's
   * ONNX Runtime hides them (what is fed is ignored or refused), so 'required' is the default.
   */
  readonly classInput?: 'required' | 'optional';
  /** The Grad-CAM map of the only `wrt` as one more output, from 0 to 1 at the size of the picture input; `true` where the operators tell how the layer is seen. */
  readonly heatmap?: boolean | { readonly view?: View; readonly picture?: string };
  /** Types and dims that the file does not declare, by tensor name. */
  readonly shapes?: Shapes;
  /** Files that the model keeps weights in, where small constants (axes, limits) may be among them. */
  readonly externalData?: ExternalData;
  /** Where the patch is going to run; 'portable' by default, which runs everywhere. The others are faster there and may fail elsewhere. */
  readonly profile?: Profile;
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
  /** The output that holds the map, float32 [N, H, W]. */
  readonly heatmap: string | null;
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

/** The map of the only layer that is differentiated, over the picture that the model takes. */
function drawnHeatmap(
  graph: Graph,
  facts: Facts,
  e: Emitter,
  gradients: ReadonlyMap<string, Value>,
  { heatmap: wanted, wrt }: AugmentOptions,
): Value {
  const [layer, ...others] = asList(wrt);
  const asked = typeof wanted === 'object' ? wanted : {};
  const picture = asked.picture ?? graph.inputs.find((input) => facts.of(input).dims?.length === 4);
  if (layer === undefined || others.length > 0 || picture === undefined)
    throw new AutodiffError(
      'bad-option',
      `a heatmap is made of one layer and one picture input; got ${others.length + (layer === undefined ? 0 : 1)} layers${picture === undefined ? ' and no input of four axes' : ''}`,
    );
  const place = {
    activation: facts.real(e, { name: layer, ...facts.of(layer) }),
    gradient: { ...(gradients.get(layer) as Value), dims: facts.of(layer).dims },
    view: asked.view ?? viewOf(graph, facts, layer),
  };
  try {
    return heatmap(e, place, { name: picture, ...facts.of(picture) }, viewOf(graph, facts, picture));
  } catch (error) {
    if (error instanceof Refusal) throw new AutodiffError('bad-option', `no heatmap of ${layer}: ${error.message}`);
    throw error;
  }
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
  const graph = openGraph(bytes, options.externalData);
  const facts = new Facts(graph, options.shapes);
  const wrt = asList(options.wrt);
  const read = options.read ?? [];
  const of = options.of === undefined ? [findScore(graph, facts).tensor] : asList(options.of);
  checkKnown(graph, facts, [...of, ...wrt]);
  const e = new Emitter(graph.opset, graph.names);
  const seeding = wrt.length > 0 ? seedsOf(e, facts, of, options.seed ?? 'cotangent', options.classInput) : undefined;
  const found = seeding
    ? gradientsOf(
        graph,
        facts,
        e,
        seeding.seeds,
        wrt,
        profiled(options.rules ?? allRules, options.profile ?? 'portable'),
      )
    : new Map<string, Value>();
  const published = new Map(wrt.map((name) => [name, e.publish(found.get(name) as Value, `gradient/${name}`)]));
  const depend = reachedFrom(graph, graph.inputs);
  const exposed = [...new Set([...read, ...wrt])].filter((name) => depend.has(name) && graph.producers.has(name));
  const reals = new Map(
    exposed
      .filter((name) => facts.goesByFloat32(name))
      .map((name) => [name, e.publish(facts.real(e, { name, ...facts.of(name) }), `real/${name}`)]),
  );
  const drawn = options.heatmap ? e.publish(drawnHeatmap(graph, facts, e, found, options), 'heatmap') : undefined;
  const own = exposed.filter((name) => !reals.has(name) && !graph.outputs.includes(name));
  const patch = e.write([...published.values(), ...reals.values(), ...(drawn ? [drawn] : [])], (names) =>
    copiesFor(graph, [...names, ...own]),
  );
  const made = [...published, ...reals].map(
    ([name, value]) => [value.name, { type: FLOAT, dims: facts.of(name).dims }] as const,
  );
  writePorts(patch, seeding?.inputs ?? [], [
    ...own.map((name) => [name, facts.of(name)] as const),
    ...made,
    ...(drawn ? [[drawn.name, { type: FLOAT, dims: drawn.dims }] as const] : []),
  ]);
  const classInput = seeding?.classInput ?? null;
  if (classInput !== null && options.classInput === 'optional')
    writeInitializer(patch, { name: classInput, type: INT64, dims: [1], raw: new Uint8Array(8).fill(255) });
  return {
    ...splice(graph.file, patch.finish()),
    of,
    classInput,
    cotangentInputs: seeding?.cotangentInputs ?? new Map(),
    heatmap: drawn?.name ?? null,
    activations: new Map(exposed.map((name) => [name, reals.get(name)?.name ?? name])),
    gradients: new Map([...published].map(([name, value]) => [name, value.name])),
  };
}
