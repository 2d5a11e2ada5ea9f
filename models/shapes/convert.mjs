// Writes the model as TensorFlow.js, with the weights of model.onnx: tfjs/model.json is a LayersModel, tfjs/graph-model.json a
// GraphModel; they share tfjs/weights.bin. Usage: node models/shapes/convert.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { graphModel } from './convert/graph-model.mjs';
import { initializers } from './convert/initializers.mjs';
import { layersModel } from './convert/layers-model.mjs';

const at = (path) => new URL(path, import.meta.url);
const onnx = initializers(readFileSync(at('model.onnx')));
const labels = JSON.parse(readFileSync(at('labels.json'), 'utf8'));
// as in train/train.py
const strides = { stem: 2, block1: 2, block2: 1, block3: 2, block4: 1, block5: 1 };
const convolutions = Object.entries(strides).map(([name, stride]) => {
  const [filters] = onnx.get(`${name}.weight`).dims;
  return { name, filters, stride };
});

/** [out, in, height, width] or [out, in] to TensorFlow's order: [height, width, in, out] or [in, out]. */
function transposed({ dims, data }) {
  const [out, inner, ...window] = dims;
  const cells = window.reduce((a, b) => a * b, 1);
  const result = new Float32Array(data.length);
  for (let o = 0; o < out; o++)
    for (let i = 0; i < inner; i++)
      for (let cell = 0; cell < cells; cell++)
        result[(cell * inner + i) * out + o] = data[(o * inner + i) * cells + cell];
  return { shape: [...window, inner, out], data: result };
}

const named = [...convolutions.map(({ name }) => name), 'head'].flatMap((name) => {
  const bias = onnx.get(`${name}.bias`);
  return [
    { name: `${name}/kernel`, ...transposed(onnx.get(`${name}.weight`)) },
    { name: `${name}/bias`, shape: bias.dims, data: bias.data },
  ];
});
const weights = named.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
// the axes of the average over height and width: a graph's constants are weights too
const axes = { name: 'pooled/axes', shape: [2], dtype: 'int32' };

const size = 96;
const facts = { size, convolutions, classes: labels.length };
const userDefinedMetadata = {
  labels,
  preprocess: {
    width: size,
    height: size,
    fit: 'cover',
    colours: 'rgb',
    scale: 1 / 255,
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  },
};
const shared = { paths: ['weights.bin'], weights };

mkdirSync(at('tfjs'), { recursive: true });
writeFileSync(at('tfjs/weights.bin'), Buffer.concat(named.map(({ data }) => Buffer.from(data.buffer))));
writeFileSync(at('tfjs/axes.bin'), Buffer.from(new Int32Array([1, 2]).buffer));
const write = (path, topology, weightsManifest) =>
  writeFileSync(
    at(path),
    `${JSON.stringify({ ...topology, generatedBy: 'gradcam', convertedBy: 'models/shapes/convert.mjs', userDefinedMetadata, weightsManifest })}\n`,
  );
write('tfjs/model.json', layersModel(facts), [shared]);
write('tfjs/graph-model.json', graphModel({ ...facts, weights: [...weights, axes] }), [
  shared,
  { paths: ['axes.bin'], weights: [axes] },
]);
