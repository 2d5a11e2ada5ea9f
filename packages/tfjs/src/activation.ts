import type { Tensor } from '@tensorflow/tfjs-core';
import type { CalledLayer } from './layers-model.ts';
import type { Ending } from './network.ts';

/** The function that a layer of tfjs applies last, kept on the instance. */
interface ActivationFunction {
  apply(x: Tensor): Tensor;
  getClassName(): string;
}

interface Activated {
  activation?: ActivationFunction | null;
}

const identity: ActivationFunction = { apply: (x) => x, getClassName: () => 'linear' };

const SQUASHES: Readonly<Record<string, Ending>> = {
  softmax: 'softmax',
  sigmoid: 'sigmoid',
  logSoftmax: 'log-softmax',
};

/** The squashing function that a Dense or convolution layer ends in. */
export function squashOf(
  layer: CalledLayer,
): { readonly ending: Ending; readonly apply: (x: Tensor) => Tensor } | null {
  const { activation } = layer as Activated;
  const ending = SQUASHES[activation?.getClassName?.() ?? ''];
  return activation && ending ? { ending, apply: (x) => activation.apply(x) } : null;
}

/** Calls the layer without its activation; the layer itself is as it was when this returns or throws. */
export function withoutActivation<T>(layer: CalledLayer, call: () => T): T {
  const activated = layer as Activated;
  const { activation } = activated;
  if (!activation) return call();
  activated.activation = identity;
  try {
    return call();
  } finally {
    activated.activation = activation;
  }
}
