import { explain, type Model, type Outputs, rise, type Tensor } from '@gradcam/onnx';
import { expect, test } from 'vitest';
import { attentive } from '../src/worker/attentive.ts';
import { noted, sample } from './shapes-model.ts';

/** Answers on the spot, always the same: as wasm does, it never lets a message in. */
const instant = (model: Model, { output }: Outputs): Model => ({
  ...noted(model).model,
  run: (inputs) => {
    const batch = 'dims' in inputs ? (inputs.dims[0] ?? 1) : 1;
    const data = Float32Array.from(
      { length: batch * output.data.length },
      (_, i) => output.data[i % output.data.length] ?? 0,
    );
    const same = { data, dims: [batch, output.data.length] };
    return Promise.resolve({
      output: same,
      outputs: new Map(),
      activations: new Map([['input', inputs as Tensor]]),
      gradients: new Map(),
    });
  },
});

test('a message that comes during a long run ends it', async () => {
  const { model: slow, inputs } = await sample();
  const model = instant(slow, await slow.run(inputs));
  const controller = new AbortController();
  const { port1, port2 } = new MessageChannel();
  port2.addEventListener('message', () => controller.abort(new Error('enough')));
  port2.start();
  let runs = 0;
  const heard = attentive(model, () => {
    runs++;
    if (runs === 3) port1.postMessage('stop');
  });
  const asked = explain(heard, inputs, { method: rise, budget: 320, signal: controller.signal });
  await expect(asked).rejects.toThrow('enough');
  // 320 masks by 16, and the picture itself
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(runs).toBeLessThan(21);
  port1.close();
  await slow.dispose();
});
