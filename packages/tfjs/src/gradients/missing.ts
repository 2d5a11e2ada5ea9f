import type { Blocker } from '@gradcam/core';
import { getGradient, getKernel } from '@tensorflow/tfjs-core';
import { rules } from './rules.ts';

/** An operator that a gradient has to pass. */
export interface Passed {
  /** The kernel's name, as in tfjs's registry: "Conv2D", "FusedDepthwiseConv2D". */
  readonly op: string;
  /** Layer or node path, for messages. */
  readonly node: string;
  /** Its channels are not its last axis. */
  readonly channelsAside?: boolean;
  /** A batch normalisation that is to take the moments of what it reads. */
  readonly trains?: boolean;
}

/** Kernels that tfjs differentiates without an entry in its registry. */
const OWN_GRADIENT = new Set(['_FusedMatMul']);

/** Kernels without an input: no gradient has to pass them. */
const SOURCES = new Set(['Fill', 'LinSpace', 'Range']);

/** Kernels that tfjs's own gradients run. */
const RUNS: Readonly<Record<string, string>> = {
  Conv2DBackpropInput: 'Conv2D',
  Dilation2D: 'Dilation2DBackpropInput',
  Elu: 'EluGrad',
  LRN: 'LRNGrad',
  MaxPool: 'MaxPoolGrad',
  MaxPool3D: 'MaxPool3DGrad',
};

/** The operators among `ops` that no gradient passes on this backend, each with its reason and what to do. */
export function missing(ops: Iterable<Passed>, backend: string): Blocker[] {
  return [...ops].flatMap((passed) => {
    const reason = refusal(passed, backend);
    return reason === undefined ? [] : [{ node: passed.node, op: passed.op, opset: null, reason }];
  });
}

/** Backends whose kernel deals out means and variances along the last axis, whatever shape they have. */
const NORMALISES_LAST = new Set(['cpu', 'wasm']);

function refusal({ op, channelsAside, trains }: Passed, backend: string): string | undefined {
  if (!getGradient('Relu')) {
    return "no gradients are registered in TensorFlow.js; import '@tensorflow/tfjs' or '@tensorflow/tfjs-layers' first";
  }
  if (SOURCES.has(op)) return undefined;
  const rule = rules.find(({ kernel, backends }) => kernel === op && (!backends || backends.includes(backend)));
  if (!rule && !getGradient(op) && !OWN_GRADIENT.has(op)) {
    return `TensorFlow.js has no gradient for ${op}; choose a layer behind it, or a method without gradients`;
  }
  const absent = [op, ...(rule?.runs ?? [RUNS[op] ?? op])].find((kernel) => !getKernel(kernel, backend));
  if (absent !== undefined) {
    return `the ${backend} backend has no kernel ${absent}; register it, or use another backend`;
  }
  if (op === 'FusedBatchNorm' && trains) {
    return 'TensorFlow.js ignores that this normalisation is to take the moments of its own input (is_training: LayerNormalization of Keras 2 is converted so), so the scores themselves are wrong; convert the model from Keras 3, or with the normalisation written out';
  }
  if (op === 'FusedBatchNorm' && channelsAside && NORMALISES_LAST.has(backend)) {
    return `the ${backend} backend normalises along the last axis though another is asked for, so the scores themselves are wrong; use webgl, or a model with its channels last`;
  }
  return undefined;
}
