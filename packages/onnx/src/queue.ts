import { Queue } from '@gradcam/core/adapter';
import type { Ort } from './runtime.ts';

const shared = new WeakMap<Ort, Queue>();

/**
 * The queue of a new model. onnxruntime-web is one WebAssembly module, which never answers when sessions are created while
 * others run, so all models on it share a queue; onnxruntime-node takes calls side by side.
 */
export function queueFor(ort: Ort): Queue {
  if (ort.env.versions.web === undefined) return new Queue();
  const queue = shared.get(ort) ?? new Queue();
  shared.set(ort, queue);
  return queue;
}
