import { sizeOf, type Tensor } from '@gradcam/core';
import type { NodeOf } from '../graph/node.ts';
import type { Network } from '../network.ts';
import { nodeOf } from '../network.ts';

/** The dims of a map [C, H, W] as TensorFlow holds it, [H, W, C]; others stay. */
export function dimsLast(dims: readonly number[]): readonly number[] {
  const [channels = 1, height = 1, width = 1] = dims;
  return dims.length === 3 ? [height, width, channels] : dims;
}

/** One filter for each input channel. */
export function isDepthwise(
  { groups }: NodeOf<'conv'>,
  { dims: [channels] }: { readonly dims: readonly number[] },
): boolean {
  return groups > 1 && groups === channels;
}

/**
 * A kernel as TensorFlow holds it: [height, width, in, out], or [height, width, channels, multiplier] where it is depthwise. TensorFlow.js has
 * no other groups: their kernel is written out with zeros between the groups, which is the same function.
 */
export function kernelLast(node: NodeOf<'conv'>, network: Network): Tensor {
  const { kernel, groups } = node;
  const input = nodeOf(network, node.inputs[0] ?? '');
  const [out = 1, each = 1, height = 1, width = 1] = kernel.dims;
  const depthwise = isDepthwise(node, input);
  const channels = each * groups;
  const dims = depthwise ? [height, width, channels, out / channels] : [height, width, channels, out];
  const data = new Float32Array(sizeOf(dims));
  kernel.data.forEach((value, i) => {
    const cell = i % (height * width);
    const c = Math.floor(i / (height * width)) % each;
    const o = Math.floor(i / (height * width * each));
    // the outputs of a depthwise kernel are counted channel by channel
    const place = depthwise ? o : (Math.floor(o / (out / groups)) * each + c) * out + o;
    data[cell * (depthwise ? out : channels * out) + place] = value;
  });
  return { data, dims };
}

/** What TensorFlow calls a padding: its own words where they fit, else cells to be padded before. */
export function paddingWord({ padding }: Pick<NodeOf<'conv'>, 'padding'>): 'same' | 'valid' | null {
  if (padding === 'same') return 'same';
  return padding.every((cells) => cells === 0) ? 'valid' : null;
}
