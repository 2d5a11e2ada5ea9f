import { GradcamError } from '@gradcam/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { squashOf, withoutActivation } from './activation.ts';
import { inputType } from './input-type.ts';
import { addedBy } from './layer-bias.ts';
import {
  type CalledLayer,
  type Container,
  isContainer,
  type LayersModel,
  pathsOf,
  type SymbolicTensor,
} from './layers-model.ts';
import type { Ending, NetworkInput, NetworkNode, NetworkOutput } from './network.ts';

/** A node, and how its values come from those it reads. */
export interface Call extends NetworkNode {
  /** Which value of which node, in the order of the layer's arguments. */
  readonly takes: readonly Value[];
  readonly call: (inputs: Tensor[]) => Tensor[];
}

export interface Value {
  readonly node: string;
  readonly index: number;
}

/** Where the symbolic tensors of one call of a model are found, by their id. */
type Scope = Map<number, Value>;

const INFERENCE = { training: false } as const;
const RESHAPES = new Set(['Reshape', 'Flatten', 'Dropout', 'Permute']);

function refuse(layer: string, kind: string, why: string): never {
  throw new GradcamError('unsupported-model', `tfjs: layer ${layer} (${kind}) ${why}`);
}

function endingOf(layer: CalledLayer, kind: string): Ending | null {
  if (kind === 'Softmax') return 'softmax';
  if (kind === 'Activation') return squashOf(layer)?.ending ?? null;
  return RESHAPES.has(kind) ? 'reshape' : null;
}

/** The values behind which nothing but reshaping follows: only there is a layer's activation a node of its own. */
function lastValues(outputs: readonly SymbolicTensor[]): ReadonlySet<number> {
  const last = new Set<number>();
  const open = [...outputs];
  for (let symbolic = open.pop(); symbolic; symbolic = open.pop()) {
    last.add(symbolic.id);
    const { sourceLayer: layer, tensorIndex } = symbolic;
    if (isContainer(layer)) open.push(layer.outputs[tensorIndex] as SymbolicTensor);
    else if (RESHAPES.has(layer.getClassName())) open.push(...symbolic.inputs);
  }
  return last;
}

/** The calls of a LayersModel in execution order, those of nested models in place of theirs. */
export class Flattening {
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
  readonly #calls: Call[] = [];
  readonly #paths: ReadonlyMap<CalledLayer, string>;
  readonly #last: ReadonlySet<number>;
  readonly #times = new Map<string, number>();
  readonly #aliases = new Map<string, string[]>();

  constructor(model: LayersModel) {
    this.#paths = pathsOf(model);
    this.#last = lastValues(model.outputs);
    const scope: Scope = new Map();
    this.inputs = model.inputs.map((symbolic, i) => {
      const name = model.inputNames[i] ?? symbolic.name;
      const path = this.#paths.get(symbolic.sourceLayer);
      scope.set(symbolic.id, { node: name, index: 0 });
      const aliases = path === undefined || path === name ? [] : [path];
      return { name, aliases, dims: symbolic.shape, type: inputType(name, symbolic.dtype) };
    });
    const ends = model.outputs.map((symbolic) => this.#valueOf(symbolic, scope));
    this.outputs = ends.map(({ node, index }) => ({ name: index === 0 ? node : `${node}:${index}`, node }));
    // the first model of a Sequential is not called, its tensors are the outer model's own
    for (const layer of this.#paths.keys()) {
      const value = isContainer(layer) ? scope.get(layer.outputs[0]?.id ?? -1) : undefined;
      if (value) this.#alias(layer, value);
    }
  }

  /** The inputs first. */
  calls(): Call[] {
    const inputs = this.inputs.map(
      ({ name, aliases }): Call => ({
        name,
        aliases,
        kind: 'Input',
        reads: [],
        single: true,
        hidden: false,
        ending: null,
        channels: null,
        dynamic: false,
        attrs: {},
        takes: [],
        call: () => [],
      }),
    );
    const named = this.#calls.map((call) => ({
      ...call,
      aliases: [...call.aliases, ...(this.#aliases.get(call.name) ?? [])],
    }));
    return [...inputs, ...named];
  }

  #valueOf(symbolic: SymbolicTensor, scope: Scope): Value {
    const known = scope.get(symbolic.id);
    if (known) return known;
    const { sourceLayer: layer, tensorIndex } = symbolic;
    const takes = symbolic.inputs.map((input) => this.#valueOf(input, scope));
    if (takes.length === 0)
      refuse(
        layer.name,
        layer.getClassName(),
        'is no input of the model; expected it among the `inputs` the model was made with',
      );
    const value = isContainer(layer)
      ? this.#nested(layer, takes, tensorIndex)
      : { node: this.#call(symbolic, takes), index: tensorIndex };
    if (isContainer(layer)) scope.set(symbolic.id, value);
    else for (const { id, tensorIndex: index } of valuesOf(symbolic)) scope.set(id, { node: value.node, index });
    return value;
  }

  #nested(model: Container, takes: readonly Value[], tensorIndex: number): Value {
    const inner: Scope = new Map(model.inputs.map((input, i) => [input.id, takes[i] as Value]));
    const value = this.#valueOf(model.outputs[tensorIndex] as SymbolicTensor, inner);
    this.#alias(model, value);
    return value;
  }

  #call(symbolic: SymbolicTensor, takes: readonly Value[]): string {
    const layer = symbolic.sourceLayer;
    const path = this.#paths.get(layer) ?? layer.name;
    const kind = layer.getClassName();
    const config = layer.getConfig() as { readonly dataFormat?: unknown; readonly maskZero?: unknown };
    if (kind === 'Masking' || config.maskZero === true)
      refuse(path, kind, 'makes a mask, which a cut network would lose; expected a model without masks');
    if (layer.stateful) refuse(path, kind, 'keeps a state between calls; expected `stateful: false`');
    const name = this.#nameAt(path);
    const channelsFirst = config.dataFormat === 'channelsFirst';
    const node = {
      name,
      aliases: layer.name === name ? [] : [layer.name],
      kind,
      reads: [...new Set(takes.map((taken) => taken.node))],
      single: valuesOf(symbolic).length === 1,
      hidden: false,
      ending: endingOf(layer, kind),
      channels: channelsFirst ? ('first' as const) : config.dataFormat ? ('last' as const) : null,
      dynamic: false,
      added: addedBy(layer, false),
      attrs: config as Readonly<Record<string, unknown>>,
      takes,
    };
    const call = (inputs: Tensor[]): Tensor[] => [layer.apply(inputs, INFERENCE)].flat() as Tensor[];
    const squash = kind !== 'Activation' && this.#last.has(symbolic.id) ? squashOf(layer) : null;
    if (squash) {
      const logits = `${name}/logits`;
      const linear = (inputs: Tensor[]): Tensor[] => withoutActivation(layer, () => call(inputs));
      this.#calls.push({ ...node, name: logits, aliases: [], added: addedBy(layer, true), call: linear });
      const takesLogits = { reads: [logits], takes: [{ node: logits, index: 0 }] };
      this.#calls.push({
        ...node,
        ...takesLogits,
        added: null,
        ending: squash.ending,
        call: ([x]) => [squash.apply(x as Tensor)],
      });
    } else {
      this.#calls.push({ ...node, call });
    }
    return name;
  }

  /** The second call of a layer is `name@2`. */
  #nameAt(path: string): string {
    const times = (this.#times.get(path) ?? 0) + 1;
    this.#times.set(path, times);
    return times === 1 ? path : `${path}@${times}`;
  }

  #alias(model: CalledLayer, { node }: Value): void {
    const path = this.#paths.get(model) ?? model.name;
    if (path !== node) this.#aliases.set(node, [...(this.#aliases.get(node) ?? []), path]);
  }
}

/** All values of the call that made one of them. */
function valuesOf({ sourceLayer, nodeIndex }: SymbolicTensor): readonly SymbolicTensor[] {
  return sourceLayer.inboundNodes[nodeIndex]?.outputTensors ?? [];
}
