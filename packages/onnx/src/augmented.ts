import { findLayer, type Layer } from '@gradcam/core';
import { channelsLastOrder, type Order } from '@gradcam/core/adapter';
import { type Augmented, type AugmentOptions, augment, type View } from '@gradcam/onnx-autodiff';
import { translated } from './errors.ts';
import type { Opened } from './opened.ts';

export interface AugmentedFileOptions
  extends Pick<AugmentOptions, 'of' | 'wrt' | 'read' | 'seed' | 'classInput' | 'rules'> {
  /** The Grad-CAM map of the layer `wrt` as one more output, float32 [N, H, W] from 0 to 1. */
  readonly heatmap?: boolean;
}

/** How the layer is seen, in the words of the gradient package; undefined where its axes are turned in a way that a patch does not say. */
function viewOf({ grid, dims }: Layer, order: Order | undefined): View | undefined {
  if (grid?.kind === 'tokens') return order ? undefined : grid;
  if (!grid) return undefined;
  if (!order) return { kind: 'map', layout: 'channels-first' };
  return order.join() === channelsLastOrder(dims.length).join() ? { kind: 'map', layout: 'channels-last' } : undefined;
}

/** The model's own file with gradients in it; what its opening found out (score, sizes, how a layer is seen) is filled in. */
export function augmentedFile(
  { source, layers, orders }: Pick<Opened, 'source' | 'layers' | 'orders'>,
  { heatmap = false, ...options }: AugmentedFileOptions,
): Augmented {
  const [layer] = typeof options.wrt === 'string' ? [options.wrt] : (options.wrt ?? []);
  const view = heatmap && layer !== undefined ? viewOf(findLayer(layers, layer), orders.get(layer)) : undefined;
  return translated(() =>
    augment(source.bytes, {
      of: source.score.output,
      seed: options.of === undefined ? 'class' : 'cotangent',
      ...options,
      shapes: source.shapes,
      externalData: source.externalData,
      ...(heatmap ? { heatmap: view ? { view } : true } : {}),
    }),
  );
}
