import { eigenCam, explain, gradCam, layerCam, scoreCam } from '@gradcam/onnx';
import { expect, test } from 'vitest';
import { Remembered } from '../src/worker/remembered.ts';
import { noted, sample } from './shapes-model.ts';

const close = (a: Float32Array, b: Float32Array): number => {
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return b.reduce((max, value, i) => Math.max(max, Math.abs(value - (a[i] ?? Number.NaN))), 0) / largest;
};

test('another class and another method cost a pull, and give what a whole run gives', async () => {
  const { model, inputs } = await sample();
  const counted = noted(model);
  const remembered = new Remembered(counted.model);
  const questions = [
    { target: 'top', method: gradCam, calls: ['run'] },
    { target: 3, method: gradCam, calls: ['pull'] },
    { target: 3, method: layerCam, calls: ['pull'] },
    { target: 7, method: eigenCam, calls: [] },
    { target: 3, method: gradCam, layer: 'block3', calls: ['run'] },
    { target: 5, method: gradCam, layer: 'block3', calls: ['pull'] },
  ] as const;
  for (const { calls, ...options } of questions) {
    counted.calls.length = 0;
    const [found] = await explain(remembered, inputs, options);
    expect(counted.calls).toEqual(calls);
    const [whole] = await explain(model, inputs, options);
    expect(found?.target).toEqual(whole?.target);
    expect(found?.layer).toEqual(whole?.layer);
    expect(close(found?.map.data ?? new Float32Array(), whole?.map.data ?? new Float32Array())).toBeLessThan(1e-5);
  }
  await model.dispose();
});

test('what the model says of inputs that it has seen costs nothing', async () => {
  const { model, inputs } = await sample();
  const counted = noted(model);
  const remembered = new Remembered(counted.model);
  await explain(remembered, inputs, { target: 3 });
  const { output, gradients } = await remembered.run(inputs);
  expect(counted.calls).toEqual(['run']);
  expect([...gradients]).toEqual([]);
  expect(close(output.data, (await model.run(inputs)).output.data)).toBeLessThan(1e-5);
  await model.dispose();
});

test('other inputs are run, and probes too', async () => {
  const { model, inputs } = await sample();
  const counted = noted(model);
  const remembered = new Remembered(counted.model);
  await explain(remembered, inputs);
  const others = { data: inputs.data.map((value) => -value), dims: inputs.dims };
  const [found] = await explain(remembered, others, { target: 2 });
  const [whole] = await explain(model, others, { target: 2 });
  expect(counted.calls).toEqual(['run', 'run']);
  expect(close(found?.map.data ?? new Float32Array(), whole?.map.data ?? new Float32Array())).toBeLessThan(1e-5);
  const options = { target: 1, method: scoreCam };
  const [probed] = await explain(remembered, others, options);
  const [plain] = await explain(model, others, options);
  expect(close(probed?.map.data ?? new Float32Array(), plain?.map.data ?? new Float32Array())).toBeLessThan(1e-5);
  await model.dispose();
});
