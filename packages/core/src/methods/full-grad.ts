import { GradcamError } from '../errors.ts';
import type { Features } from '../features.ts';
import { type Normalisation, normalisedOrNaN } from '../map/normalise.ts';
import { resizeMap } from '../map/resize-map.ts';
import type { ProbeMethod } from '../method.ts';
import type { Layer } from '../model.ts';

const SHOWN = 5;

const listed = (layers: readonly Layer[]): string => {
  const shown = layers.slice(0, SHOWN).map(({ name, kind }) => `${name} (${kind})`);
  return `${shown.join(', ')}${layers.length > SHOWN ? ` and ${layers.length - SHOWN} more` : ''}`;
};

/** The layers whose operator adds something to each channel, and what. */
function biasedOf(layers: readonly Layer[]): { readonly layer: Layer; readonly bias: Float32Array }[] {
  const maps = layers.filter(({ onPath, grid, bias }) => onPath && grid !== null && bias !== undefined);
  const unknown = maps.filter(({ bias }) => bias === 'unknown');
  if (unknown.length > 0 || maps.length === 0) {
    throw new GradcamError(
      'unsupported-model',
      unknown.length > 0
        ? `FullGrad needs every bias and the gradient where it is added; ${listed(unknown)} adds one that is no stored number per channel, or behind which an activation of its own stands; use gradient x input`
        : 'FullGrad needs the biases of the layers, and the backend tells none of this model; use gradient x input',
    );
  }
  return maps.flatMap(({ bias, ...layer }) => (bias instanceof Float32Array ? [{ layer, bias }] : []));
}

const unchanged = (): void => {};

/** FullGrad whose channels are stretched to 0..1 by another policy. */
export function fullGradBy(policy: Normalisation): ProbeMethod {
  /** sum over the channels of the stretched absolute values, at their own resolution: resizing is linear, so once is enough. */
  const stretched = ({ data, channels, positions, space }: Features, by: (k: number, at: number) => number) => {
    const sum = new Float64Array(positions);
    for (let k = 0; k < channels; k++) {
      const from = k * positions;
      const channel = Float32Array.from({ length: positions }, (_, i) =>
        Math.abs((data[from + i] ?? 0) * by(k, from + i)),
      );
      const part = normalisedOrNaN(channel, policy);
      part.forEach((value, i) => {
        sum[i] = (sum[i] ?? 0) + value;
      });
    }
    return { data: Float32Array.from(sum), dims: space };
  };
  return {
    kind: 'probe',
    name: 'full-grad',
    title: 'FullGrad',
    paper: 'Srinivas and Fleuret 2019 (arXiv 1905.00780)',
    cost: '1 forward, 1 forward with backward that reads every layer with a bias',
    peers: 'pytorch-grad-cam FullGrad',
    differs: 'pytorch-grad-cam adds 1e-7 to each range, which fades small channels; `compat` does too',
    at: 'input',
    gradient: true,
    explain: async ({ activation, layers, readings }) => {
      const [input, ...rest] = layers;
      const biased = biasedOf(rest);
      const map = new Float64Array(activation.positions);
      const add = (part: Float32Array): void =>
        part.forEach((value, i) => {
          map[i] = (map[i] ?? 0) + value;
        });
      await readings(
        1,
        unchanged,
        (found) => {
          const at = found.get(input?.name ?? '');
          if (at) add(stretched(at.gradient, (_, i) => at.activation.data[i] ?? 0).data);
          for (const { layer, bias } of biased) {
            const reading = found.get(layer.name);
            if (!reading || reading.gradient.space.length !== activation.space.length) continue;
            add(
              resizeMap(
                stretched(reading.gradient, (k) => bias[k] ?? 0),
                activation.space,
              ).data,
            );
          }
        },
        { layers: [...(input ? [input] : []), ...biased.map(({ layer }) => layer)] },
      );
      return { map };
    },
  };
}

/**
 * FullGrad: |X dy/dX| plus |b dy/db| of every layer that adds a bias b to its channels (convolutions, batch normalisations), each channel
 * stretched to 0..1, resized to the picture and added up. Before that stretching the parts are complete: in a ReLU network
 * y = sum X dy/dX + sum b dy/db, exactly. Never negative. Stretching gives every channel the same weight, as in the paper.
 */
export const fullGrad: ProbeMethod = fullGradBy('min-max');
