import { graphModel, layersModel, type Network, type Skip, testModel, testSlowModel } from '@gradcam/conformance';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { io, memory, setBackend } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { fromGraphModel, fromLayersModel, type TfjsModel } from '../src/index.ts';

/** The adapter does not dispose of the caller's model; here nobody else would. */
function owning(model: TfjsModel, net: { readonly dispose: () => unknown }): TfjsModel {
  const dispose = model.dispose.bind(model);
  let disposed: Promise<void> | undefined;
  model.dispose = () => {
    disposed ??= dispose().then(() => void net.dispose());
    return disposed;
  };
  return model;
}

const openers = {
  'layers-model': async (network: Network): Promise<TfjsModel> => {
    const net = await loadLayersModel(io.fromMemory(layersModel(network)));
    return owning(await fromLayersModel(net), net);
  },
  'graph-model': async (network: Network): Promise<TfjsModel> => {
    const net = await loadGraphModel(io.fromMemory(graphModel(network)));
    return owning(await fromGraphModel(net), net);
  },
};

const whole = import.meta.env['GRADCAM_CONFORMANCE'] === 'whole';

interface TfjsOptions {
  /** Appended to the backend's name in the table. */
  readonly where?: string;
  /** The device is emulated: all laws on all networks only by `npm run conformance -- --whole`. */
  readonly slow?: boolean;
  readonly skip?: readonly Skip[];
}

/** Every law on every network that a TensorFlow.js model can hold, in both formats. */
export function testTfjs(backend: string, { where = '', slow = false, skip = [] }: TfjsOptions = {}): void {
  for (const format of ['layers-model', 'graph-model'] as const) {
    (slow && !whole ? testSlowModel : testModel)({
      name: `tfjs (${backend})${where}`,
      format,
      create: async (network) => {
        await setBackend(backend);
        return openers[format](network);
      },
      live: () => memory().numTensors,
      skip,
    });
  }
}
