import type { Tensor } from '@tensorflow/tfjs-core';
import type { CalledLayer } from './layers-model.ts';
import type { Added } from './network.ts';

interface Variable {
  read(): Tensor;
}

/** What is read of the layers of tfjs that add something. */
interface Adding {
  readonly weights: readonly unknown[];
  readonly activation?: { getClassName?(): string } | null;
  readonly epsilon?: number;
  readonly offset?: number;
  readonly bias?: Variable | null;
  readonly gamma?: Variable | null;
  readonly beta?: Variable | null;
  readonly movingMean?: Variable;
  readonly movingVariance?: Variable;
}

const BIASED = /^(Conv[123]D|Conv[23]DTranspose|DepthwiseConv2D|SeparableConv[12]D|Dense)$/;
/** Layers whose weights multiply, or are looked up. */
const MULTIPLIES = /^(PReLU|Embedding)$/;

const read = async (variable: Variable | null | undefined, otherwise: number): Promise<(k: number) => number> => {
  const values = await variable?.read().data();
  return (k) => values?.[k] ?? otherwise;
};

/** beta - mean gamma / sqrt(variance + epsilon), as the layer computes it when it does not learn. */
async function ofBatchNormalization(layer: Adding): Promise<Float32Array> {
  const { movingMean, movingVariance, epsilon = 1e-3 } = layer;
  const [gamma, beta, mean] = [await read(layer.gamma, 1), await read(layer.beta, 0), await read(movingMean, 0)];
  const variances = (await movingVariance?.read().data()) ?? [];
  return Float32Array.from(variances, (variance, k) => beta(k) - (mean(k) * gamma(k)) / Math.sqrt(variance + epsilon));
}

const stored = async (variable: Variable): Promise<Float32Array> => Float32Array.from(await variable.read().data());

/**
 * What one call of a layer adds to each channel of its value. Where its own activation stands behind the bias that is unknown: the
 * layer's gradient is that behind the activation. So is whatever a recurrent layer, a wrapper or a user's own adds inside.
 */
export function addedBy(layer: CalledLayer, linear: boolean): Added | null {
  const kind = layer.getClassName();
  const own = layer as unknown as Adding;
  const { axis = -1, dataFormat } = layer.getConfig() as { readonly axis?: unknown; readonly dataFormat?: unknown };
  if (BIASED.test(kind)) {
    const { bias, activation } = own;
    if (!bias) return null;
    if (!linear && (activation?.getClassName?.() ?? 'linear') !== 'linear') return 'unknown';
    return { axis: dataFormat === 'channelsFirst' ? 1 : -1, values: () => stored(bias) };
  }
  if (kind === 'BatchNormalization')
    return typeof axis === 'number' ? { axis, values: () => ofBatchNormalization(own) } : 'unknown';
  if (kind === 'LayerNormalization') {
    const { beta } = own;
    const [along, ...others] = [axis].flat() as number[];
    if (!beta) return null;
    return along === undefined || others.length > 0 ? 'unknown' : { axis: along, values: () => stored(beta) };
  }
  if (kind === 'Rescaling')
    return own.offset
      ? { axis: null, values: async (channels) => new Float32Array(channels).fill(own.offset ?? 0) }
      : null;
  return own.weights.length === 0 || MULTIPLIES.test(kind) ? null : 'unknown';
}
