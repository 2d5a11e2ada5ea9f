import { type BackwardRule, GradcamError, type Score } from '@gradcam/core';
import {
  type Augmented,
  type AugmentOptions,
  augment,
  type ExternalData,
  guided,
  type Profile,
  rules,
  type Shapes,
  tail,
  typeName,
} from '@gradcam/onnx-autodiff';
import { translated } from './errors.ts';

/** What is fed to a session and fetched from it, by which name. */
export interface Wiring {
  readonly classInput: string | null;
  readonly cotangentInputs: ReadonlyMap<string, string>;
  /** The output that holds a layer's value, where it is no input. */
  readonly activations: ReadonlyMap<string, string>;
  /** The output that holds the gradient, by layer. */
  readonly gradients: ReadonlyMap<string, string>;
  /** Inputs of the model that it needs. */
  readonly inputs: readonly string[];
  /** The input that takes a layer's value. */
  readonly at: { readonly input: string; readonly type: string } | null;
  /** The model's outputs, the score included, that it computes. */
  readonly outputs: readonly string[];
}

/** A wiring and the bytes to load as its session; they are as large as the model, and nothing keeps them once they are loaded. */
export interface Program extends Wiring {
  readonly bytes: Uint8Array;
}

/** What a gradient starts from: a class chosen at run time, or cotangents of these tensors. */
export type SeedKind = 'class' | readonly string[];

/** The model that programs are made from. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly externalData: ExternalData;
  readonly shapes: Shapes;
  readonly score: Score;
  /** Where programs run. */
  readonly profile: Profile;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function seedOptions(source: Source, seed: SeedKind, rule: BackwardRule): AugmentOptions {
  return {
    of: seed === 'class' ? source.score.output : seed,
    seed: seed === 'class' ? 'class' : 'cotangent',
    rules: rule === 'guided' ? guided(rules) : rules,
    shapes: source.shapes,
    profile: source.profile,
    externalData: source.externalData,
  };
}

const wholeModel = (
  source: Source,
  { bytes, classInput, cotangentInputs, activations, gradients }: Augmented,
): Program => ({
  bytes,
  classInput,
  cotangentInputs,
  activations,
  gradients,
  inputs: source.inputs,
  at: null,
  outputs: [...new Set([source.score.output, ...source.outputs])],
});

/** The model with some layers to be read; not a byte of gradient in it. */
export function readProgram(source: Source, layers: readonly string[]): Program {
  return wholeModel(
    source,
    translated(() =>
      augment(source.bytes, { of: source.score.output, read: [source.score.output, ...layers], shapes: source.shapes }),
    ),
  );
}

/** The model with its own backward pass down to some layers. */
export function gradientProgram(
  source: Source,
  layers: readonly string[],
  seed: SeedKind,
  rule: BackwardRule,
): Program {
  const options = { ...seedOptions(source, seed, rule), wrt: layers, read: [source.score.output, ...layers] };
  return wholeModel(
    source,
    translated(() => augment(source.bytes, options)),
  );
}

/** The network behind a layer; with a seed, with its backward pass. */
export function tailProgram(source: Source, layer: string, seed?: SeedKind, rule: BackwardRule = 'exact'): Program {
  return translated(() => {
    const { bytes, input, type, bypass, outputs } = tail(source.bytes, layer, {
      shapes: source.shapes,
      outputs: [...new Set([source.score.output, ...source.outputs])],
    });
    const asked = seed === undefined || seed === 'class' ? [source.score.output] : seed;
    const reachable = asked.filter((name) => outputs.includes(name));
    if (reachable.length === 0)
      throw new GradcamError(
        'layer-off-path',
        `${asked.join(', ')} does not depend on ${layer}; expected a layer between the input and the score`,
      );
    const program = {
      bytes,
      classInput: null,
      cotangentInputs: new Map(),
      activations: new Map(),
      gradients: new Map(),
      inputs: bypass,
      at: { input, type: typeName(type ?? 1) },
      outputs,
    };
    if (seed === undefined) return program;
    const shapes = new Map([...source.shapes, [input, { ...source.shapes.get(layer), type }]]);
    // a quantiser behind the input must not stop what passed no quantiser: the gradient is that of its output
    const wrt = type === source.shapes.get(layer)?.type ? input : layer;
    const augmented = augment(bytes, {
      ...seedOptions(source, seed === 'class' ? seed : reachable, rule),
      wrt,
      shapes,
    });
    return { ...program, ...augmented, gradients: new Map([[layer, augmented.gradients.get(wrt) ?? '']]) };
  });
}
