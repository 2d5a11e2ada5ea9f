import type { Emitter } from './emit/emitter.ts';
import { Refusal } from './emit/refusal.ts';
import type { Value } from './emit/tape.ts';
import type { Blocker } from './errors.ts';
import { constantValues } from './graph/constant-values.ts';
import type { Facts } from './graph/facts.ts';
import type { Graph } from './graph/graph.ts';
import type { Node } from './graph/node.ts';
import { isAccumulator } from './graph/quantisation.ts';
import { reachedFrom } from './graph/reach.ts';
import { reshapedByBranches } from './graph/reshaping-branches.ts';
import { BOOL, INT64 } from './graph/types.ts';
import { type Context, type InputGradient, type Rule, type RuleTable, ruleFor, type Values } from './rules/rule.ts';

export interface Gradients {
  /** The total derivative of the seeds' outputs with respect to each tensor that the sweep passed. */
  readonly gradients: ReadonlyMap<string, Value>;
  /** Nodes on the path that could not be passed, all of them, the one nearest to the score first. */
  readonly blockers: readonly Blocker[];
}

/** Stands for a gradient that a blocked node would have given, so that the sweep goes on and finds every blocker. */
const BLOCKED = 'blocked';

function contextOf(graph: Graph, facts: Facts, e: Emitter, node: Node, gs: readonly (Value | undefined)[]): Context {
  const raw = (name: string): Value | undefined => (name === '' ? undefined : { name, ...facts.of(name) });
  // what no rule reads is not written
  const real = (name: string): Value | undefined => {
    const value = raw(name);
    return value && facts.real(e, value);
  };
  const ys = node.outputs.map(real) as unknown as Values;
  return {
    e,
    node,
    opset: node.opset ?? 1,
    x: node.inputs.map(real) as unknown as Values,
    raw: node.inputs.map(raw) as unknown as Values,
    y: ys[0],
    rawY: raw(node.outputs[0] ?? '') as Value,
    ys,
    get g() {
      return gs[0] ?? e.refuse(`its first output ${node.outputs[0]} has no gradient, only others have`);
    },
    gs,
    has: (input) => Boolean(node.inputs[input]),
    quantisation: (input) => {
      const name = graph.quantisations.get(node.inputs[input] ?? '')?.scale;
      return name === undefined ? undefined : { name, scale: real(name) as Value, values: constantValues(graph, name) };
    },
    sums: (input) => isAccumulator(graph.producers.get(node.inputs[input] ?? '')),
    constant: (input) => constantValues(graph, node.inputs[input] ?? ''),
  };
}

/** Sizes, indices and conditions know no derivative: what depends on a tensor by them alone is constant. Other integers may stand for real numbers. */
function varies(facts: Facts, name: string): boolean {
  const { type } = facts.of(name);
  return type !== INT64 && type !== BOOL;
}

/** Why a node cannot be passed at all, before its rule is asked. */
function obstacle(graph: Graph, rule: Rule | undefined, node: Node, wanted: ReadonlySet<string>): string | undefined {
  if (node.captures.some((name) => wanted.has(name)))
    return 'its subgraph reads the path, and control flow has no gradient rule';
  const isFunction = graph.file.model.functions.some((body) => body.name === node.op);
  if (!rule && isFunction)
    return 'a local function with control flow in it or with other operator sets is not looked into';
  if (!rule) return 'no gradient rule for this operator';
  return typeof rule.vjp === 'object' ? rule.vjp.missing : rule.check?.(node);
}

/**
 * The reverse sweep: from the gradients of some tensors (`seeds`) to those of every tensor between them and `wrt`.
 * Only nodes in between are visited, only needed inputs are asked for, and what all rules share (adding up, summing
 * broadcast axes, noting sizes) happens here and once.
 */
export function backward(
  graph: Graph,
  facts: Facts,
  e: Emitter,
  seeds: ReadonlyMap<string, Value>,
  wrt: ReadonlySet<string>,
  rules: RuleTable,
): Gradients {
  const wanted = new Set([...reachedFrom(graph, wrt)].filter((name) => varies(facts, name)));
  const gradients = new Map(seeds);
  const blockers: Blocker[] = [];
  const accumulate = (name: string, g: Value): void => {
    const before = gradients.get(name);
    const sum = !before ? g : before.name === BLOCKED || g.name === BLOCKED ? { name: BLOCKED } : e.add(before, g);
    gradients.set(name, { ...sum, dims: facts.of(name).dims ?? g.dims });
  };
  for (const node of graph.nodes.toReversed()) {
    const gs = node.outputs.map((output) => gradients.get(output));
    if (!gs.some(Boolean) || !node.outputs.some((output) => wanted.has(output))) continue;
    const needed = [...new Set([...node.inputs, ...node.captures])].filter((input) => wanted.has(input));
    if (needed.length === 0) continue; // it makes what is asked for, nothing behind it is
    const reshaped = reshapedByBranches(node);
    if (reshaped !== undefined && gs[0]) {
      accumulate(reshaped, e.reshapeLike(gs[0], { name: reshaped, ...facts.of(reshaped) }));
      continue;
    }
    const rule = ruleFor(rules, node);
    if (rule?.vjp === 'none') continue;
    const reasons = new Map<string, string[]>();
    const block = (reason: string, inputs: readonly string[]): void => {
      reasons.set(reason, [...(reasons.get(reason) ?? []), ...inputs]);
      for (const input of inputs) accumulate(input, { name: BLOCKED });
    };
    const reason = obstacle(graph, rule, node, wanted);
    if (reason || !rule) block(reason ?? '', needed);
    else passNode(rule, node, () => contextOf(graph, facts, e, node, gs), wanted, accumulate, block);
    for (const [text, inputs] of reasons) {
      blockers.push({ node: node.label, op: node.kind, opset: node.opset, reason: text, inputs });
    }
  }
  return { gradients, blockers };
}

/** Asks one rule for the gradients of the needed inputs. */
function passNode(
  rule: Rule,
  node: Node,
  makeContext: () => Context,
  wanted: ReadonlySet<string>,
  accumulate: (name: string, g: Value) => void,
  block: (reason: string, inputs: readonly string[]) => void,
): void {
  const attempt = <T>(inputs: readonly string[], make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      block(error.message, inputs);
      return undefined;
    }
  };
  const needed = node.inputs.filter((input) => wanted.has(input));
  const context = attempt(needed, makeContext);
  const thunks = context && attempt(needed, () => (rule.vjp as (c: Context) => readonly InputGradient[])(context));
  if (!thunks) return;
  if (thunks.length < node.inputs.length) {
    throw new Error(
      `the rule for ${node.kind} gave ${thunks.length} gradients for ${node.inputs.length} inputs of ${node.label}`,
    );
  }
  node.inputs.forEach((input, position) => {
    const thunk = thunks[position];
    if (!wanted.has(input) || !thunk) return;
    if (typeof thunk !== 'function') {
      block(thunk.missing, [input]);
      return;
    }
    const g = attempt([input], () => {
      const gradient = thunk();
      return rule.broadcasts ? context.e.unbroadcast(gradient, context.y, context.x[position] as Value) : gradient;
    });
    if (g) accumulate(input, g);
  });
}
