import { join } from 'node:path';
import {
  classTarget,
  differentiate,
  type Explanation,
  type Heatmap,
  type Model,
  sampleOf,
  type TargetOption,
  type Tensor,
} from '@gradcam/core';
import type { InputFile } from './input-files.ts';
import { writeNpy } from './npy.ts';
import { writeWhole } from './write-file.ts';

/** What `--npy` writes of one sample: everything that somebody needs to do the sums again. */
export type Arrays = ReadonlyMap<string, Tensor>;

/** The score, the activation and the gradient of one sample [1, ...], the raw map, and the heatmap at the input's size. */
export async function arraysOf(
  model: Model,
  input: Tensor,
  target: TargetOption,
  { layer, map }: Explanation,
  heatmap: Heatmap,
  signal: AbortSignal | undefined,
): Promise<Arrays> {
  const options = signal ? { signal } : {};
  const asked = typeof target === 'object' ? target : classTarget(target);
  const reached = model.layers.filter(({ name, blocked }) => name === layer.name && blocked.length === 0);
  const pass =
    reached.length > 0
      ? await differentiate(model, input, reached, [asked], options)
      : await model.run(input, { layers: [layer.name], ...options });
  const gradient = pass.gradients.get(layer.name);
  return new Map([
    ['output', pass.output],
    ['activation', pass.activations.get(layer.name) ?? map],
    ...(gradient ? ([['gradient', gradient]] as const) : []),
    ['map', map],
    ['heatmap', { data: heatmap.data, dims: [heatmap.height, heatmap.width] }],
  ]);
}

export async function writeArrays(arrays: Arrays, folder: InputFile): Promise<void> {
  for (const [name, array] of arrays) await writeWhole(join(folder.path, `${name}.npy`), writeNpy(array));
}

/** Sample `index` as a batch of its own. */
export function alone(batch: Tensor, index: number): Tensor {
  const { data, dims } = sampleOf(batch, index);
  return { data, dims: [1, ...dims] };
}
