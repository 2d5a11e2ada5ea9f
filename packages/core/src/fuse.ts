import { GradcamError } from './errors.ts';
import type { Heatmap } from './map/heatmap.ts';

const rules = {
  mean: (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values: readonly number[]): number => values.reduce((largest, value) => Math.max(largest, value), -Infinity),
  product: (values: readonly number[]): number => values.reduce((product, value) => product * value, 1),
} as const;

/** `mean`: as pytorch-grad-cam over layers. `max`: as torch-cam. `product`: what all agree on (RefineCAM). */
export type Fusion = keyof typeof rules;

/**
 * Heatmaps of one picture made one, cell by cell: of several layers, methods or augmented copies. Normalise them first, or their scales decide.
 * @throws GradcamError `bad-input` when there are none or their sizes differ, `bad-option` for an unknown fusion
 */
export function fuse(maps: readonly Heatmap[], fusion: Fusion = 'mean'): Heatmap {
  const [first, ...others] = maps;
  if (!first) throw new GradcamError('bad-input', 'there are no heatmaps to fuse; expected one or more');
  const other = others.find(({ width, height }) => width !== first.width || height !== first.height);
  if (other) {
    throw new GradcamError(
      'bad-input',
      `heatmaps of ${first.width} x ${first.height} and ${other.width} x ${other.height} cannot be fused; resize them to one size first`,
    );
  }
  if (!Object.hasOwn(rules, fusion)) {
    throw new GradcamError('bad-option', `unknown fusion "${fusion}"; expected ${Object.keys(rules).join(', ')}`);
  }
  const data = first.data.map((_, i) => rules[fusion](maps.map((map) => map.data[i] ?? 0)));
  return { ...first, data };
}
