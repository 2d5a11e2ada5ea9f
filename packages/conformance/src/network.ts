import { sizeOf, type Tensor } from '@gradcam/core';
import { Builder } from './graph/builder.ts';
import { drawing } from './graph/draw.ts';
import type { Node } from './graph/node.ts';

/** File formats that a network can be written in. */
export type Format = 'onnx' | 'layers-model' | 'graph-model';

/** How the ONNX file differs from the plain one. */
export interface OnnxTraits {
  /** Default 17. */
  readonly opset?: number;
  /** A fixed batch of 1: declared by the input, or only by a Reshape in front of the head. */
  readonly batch?: 'fixed' | 'reshape';
  /** The file takes pictures channels last and transposes them itself. */
  readonly channelsLast?: boolean;
}

/** A small classifier that has one trait of real files, and what is known about it. Dims are one sample's, without the batch axis. */
export interface Network {
  /** Its trait: "a residual block". */
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  /** The tensor that is differentiated: logits, behind which a softmax or sigmoid may follow. */
  readonly score: string;
  /** Two layers, an early and a late one, at which golden values are stored. */
  readonly layers: readonly [early: string, late: string];
  /** Two channels of the score (classes) that are explained. */
  readonly classes: readonly [number, number];
  /** A layer behind which only global average pooling and a dense layer follow: there Grad-CAM is CAM. */
  readonly pooledLayer?: string;
  /** What the weights, and in the file the whole computation, are stored as. */
  readonly stored: 'float32' | 'float16' | 'quantised';
  /** Height and width are free in the file. */
  readonly freeSize: boolean;
  /** Nodes that a LayersModel holds in a sub-model of this name. */
  readonly nested?: { readonly name: string; readonly nodes: readonly string[] };
  readonly onnx: OnnxTraits;
  /** Formats that cannot hold it, each with the reason. */
  readonly without: Partial<Readonly<Record<Format, string>>>;
}

/** What a builder function says about the network it wrote; the rest follows from the nodes. */
export type Traits = Pick<Network, 'layers' | 'outputs'> &
  Partial<Pick<Network, 'score' | 'classes' | 'pooledLayer' | 'freeSize' | 'nested' | 'onnx' | 'without'>>;

/** @param seed of its weights: frozen, golden values depend on it */
export function define(
  name: string,
  seed: number,
  build: (builder: Builder) => Traits,
  stored: Network['stored'] = 'float32',
): Network {
  // three significant digits of float16: exact in every format that is compared
  const builder = new Builder(seed, stored === 'float16' ? (value) => Math.round(value * 512) / 512 : undefined);
  const traits = build(builder);
  const last = builder.nodes.find((node) => node.name === traits.outputs[0]);
  const squashed = last?.op === 'softmax' || last?.op === 'sigmoid';
  return {
    name,
    stored,
    nodes: builder.nodes,
    score: (squashed ? last.inputs[0] : last?.name) ?? '',
    classes: [1, 3],
    freeSize: false,
    onnx: {},
    without: {},
    ...traits,
  };
}

/** The node of that name. @throws Error when there is none: a mistake in a definition */
export function nodeOf({ name, nodes }: Network, wanted: string): Node {
  const node = nodes.find((one) => one.name === wanted);
  if (!node)
    throw new Error(`the network "${name}" has no node ${wanted}; expected one of ${nodes.map((n) => n.name)}`);
  return node;
}

export const inputsOf = ({ nodes }: Network): readonly Node[] => nodes.filter(({ op }) => op === 'input');

/** Seeded pictures (and what else it takes), `count` samples of each input. */
export function picturesFor(network: Network, count: number, seed = 1): ReadonlyMap<string, Tensor> {
  return new Map(
    inputsOf(network).map(({ name, dims }, input) => {
      const draw = drawing(1000 * (input + 1) + seed);
      // sample by sample, so that the first samples are the same whatever the count
      const samples = Array.from({ length: count }, () => draw(dims).data);
      const data = new Float32Array(count * sizeOf(dims));
      samples.forEach((sample, i) => {
        data.set(sample, i * sample.length);
      });
      return [name, { data, dims: [count, ...dims] }];
    }),
  );
}
