import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import {
  type GradConfig,
  getGradient,
  getKernelsForBackend,
  memory,
  registerGradient,
  setBackend,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { explain, fromGraphModel, fromLayersModel, type TfjsModel } from '../src/index.ts';
import { graphModel } from './graph.ts';
import { networks as graphs } from './graph-networks.ts';
import { make, networks } from './layers-networks.ts';
import { allLayers, type Layer } from './probe.ts';
import { inputsOf, type Subject } from './suite.ts';

const GRADIENTS = [
  'AvgPool',
  'MaxPool',
  'Conv2D',
  'DepthwiseConv2dNative',
  'Relu',
  'Relu6',
  'ResizeBilinear',
  'Greater',
];
const registered = (backend: string): unknown => ({
  gradients: GRADIENTS.map((name) => getGradient(name)),
  kernels: new Map(getKernelsForBackend(backend).map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc])),
});

const broken = (): never => {
  throw new Error('broken on purpose');
};

/** A gradient that throws when it is asked for: what no check before it can foresee. */
async function withBrokenGradient(kernel: string, run: () => Promise<unknown>): Promise<unknown> {
  const plain = getGradient(kernel) as GradConfig;
  unregisterGradient(kernel);
  registerGradient({ ...plain, gradFunc: broken });
  try {
    return await run();
  } finally {
    unregisterGradient(kernel);
    registerGradient(plain);
  }
}

async function explainOften(
  model: TfjsModel,
  subject: Subject,
  faults: readonly ((run: () => Promise<unknown>) => Promise<unknown>)[],
) {
  const inputs = inputsOf(subject, model, 2);
  const run = (): Promise<unknown> => explain(model, inputs);
  await run();
  const before = memory().numTensors;
  let failed = 0;
  for (let i = 0; i < 200; i++) {
    const fault = i % 10 === 9 ? faults[((i - 9) / 10) % faults.length] : undefined;
    await (fault ? fault(run) : run()).catch(() => {
      failed++;
    });
  }
  expect(failed).toBe(20);
  return { before, after: memory().numTensors };
}

test.each(['cpu', 'wasm'])(
  '200 explanations in a row, one in ten failing, leave the device as it was, on %s',
  async (backend) => {
    await setBackend(backend);
    const [, network] = networks as [unknown, (typeof networks)[number]];
    const net = make(network);
    const model = await fromLayersModel(net);
    const pooling = allLayers(net).find(({ name }) => name === 'flat') as Layer;
    const untouched = registered(backend);
    const { before, after } = await explainOften(model, network, [
      (run) => withBrokenGradient('Reshape', run), // in the middle of the backward pass
      () => explain(model, inputsOf(network, model, 1), { target: 99 }),
      () => {
        const controller = new AbortController();
        queueMicrotask(() => controller.abort(new Error('stopped')));
        return explain(model, inputsOf(network, model, 1), { signal: controller.signal });
      },
      async (run) => {
        pooling.call = () => {
          throw new Error('broken on purpose');
        };
        try {
          return await run();
        } finally {
          Reflect.deleteProperty(pooling, 'call');
        }
      },
    ]);
    expect(after).toBe(before);
    expect(registered(backend)).toEqual(untouched);
  },
);

test('the same for a GraphModel', async () => {
  await setBackend('wasm');
  const [, network] = graphs as [unknown, (typeof graphs)[number]];
  const model = await fromGraphModel(await graphModel(network.spec));
  const { before, after } = await explainOften(model, network, [
    (run) => withBrokenGradient('Mean', run),
    () => explain(model, inputsOf(network, model, 1), { target: 99 }),
  ]);
  expect(after).toBe(before);
});
