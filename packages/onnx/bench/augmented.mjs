// What the gradient of the last block costs: augmented / plain, in one process, in turn, with
// the portable forms of the gradient and with those that run faster there. Usage: node bench/augmented.mjs node|wasm [model.onnx [layer]]
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chooseLayer, findLayer, fromOnnx } from '@gradcam/onnx';

const [runtime = 'node', given, layer] = process.argv.slice(2);
const folder = process.env.GRADCAM_ASSETS ?? fileURLToPath(new URL('../../../../shared/assets', import.meta.url));
const path = given ?? `${folder}/mobilenet-v2-100-224-all-formats/model-fp32.onnx`;
if (!existsSync(path)) {
  console.log(`no model at ${path}; set GRADCAM_ASSETS or give a model`);
  process.exit(0);
}
const ort = await import(runtime === 'wasm' ? 'onnxruntime-web' : 'onnxruntime-node');
if (runtime === 'wasm') ort.env.wasm.numThreads = 1;
const bytes = new Uint8Array(readFileSync(path));
const model = await fromOnnx(bytes, ort);
const portable = await fromOnnx(bytes, ort, { profile: 'portable' });
const dims = model.inputs[0].dims.map((dim) => dim ?? 1);
const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).map((_, i) => Math.sin(i));
const plain = await ort.InferenceSession.create(bytes, { executionProviders: [runtime === 'wasm' ? 'wasm' : 'cpu'] });
const feeds = { [plain.inputNames[0]]: new ort.Tensor('float32', data, dims) };
const layers = [layer === undefined ? chooseLayer(model.layers).layer.name : findLayer(model.layers, layer).name];
const timed = async (job) => {
  const start = performance.now();
  await job();
  return performance.now() - start;
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const jobs = {
  plain: () => plain.run(feeds),
  read: () => model.run({ data, dims }, { layers }),
  portable: () => portable.run({ data, dims }, { layers, seed: 'top' }),
  gradient: () => model.run({ data, dims }, { layers, seed: 'top' }),
};
const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
for (let round = 0; round < 45; round++) {
  for (const [name, job] of Object.entries(jobs)) {
    const time = await timed(job);
    if (round >= 5) times[name].push(time);
  }
}
const base = median(times.plain);
console.log(`${model.backend}, ${path.split('/').slice(-2).join('/')}, layer ${layers[0]}`);
for (const [name, values] of Object.entries(times))
  console.log(
    `${name.padEnd(9)}${median(values).toFixed(2).padStart(8)} ms  ${(median(values) / base).toFixed(2)} of plain`,
  );
