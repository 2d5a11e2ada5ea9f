import type { Model } from '@gradcam/onnx';

/** Lets messages to the worker in: awaiting a runtime that computes on the spot never does. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}

/** A model that before each run looks up whether it was told to stop, and says that it runs. */
export function attentive(model: Model, onRun: () => void): Model {
  const { backend, inputs, outputs, score, layers } = model;
  const before = async (signal: AbortSignal | undefined): Promise<void> => {
    await turn();
    signal?.throwIfAborted();
    onRun();
  };
  return {
    backend,
    inputs,
    outputs,
    score,
    layers,
    run: async (values, request) => {
      await before(request?.signal);
      return model.run(values, request);
    },
    resume: async (point, options) => {
      await before(options?.signal);
      return model.resume(point, options);
    },
    pull: async (point, seed, options) => {
      await before(options?.signal);
      return model.pull(point, seed, options);
    },
    dispose: () => model.dispose(),
  };
}
