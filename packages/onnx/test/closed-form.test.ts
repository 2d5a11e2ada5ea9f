import { relativeError } from '@gradcam/conformance';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { readModelFile } from '../../onnx-autodiff/src/graph/file.ts';
import { augment } from '../../onnx-autodiff/src/index.ts';
import { explain, fromOnnx, type Tensor } from '../src/index.ts';
import { asset, missing, skipped } from './assets.ts';
import { noise } from './noise.ts';

/** Files that end in global pooling and a linear layer: which weights those are, [classes, channels] or turned. */
const heads = [
  ['mobilenet-v2-100-224-all-formats/model-fp32.onnx', 'MobilenetV2/Logits/Conv2d_1c_1x1/BiasAdd/w', 'classes first'],
  ['mobilenet-v1-025-128-all-formats/model-fp32.onnx', 'MobilenetV1/Logits/Conv2d_1c_1x1/BiasAdd/w', 'classes first'],
  ['darknet-tiny-224-both-formats/model.onnx', 'conv2d_16/kernel', 'classes first'],
  ['cifar10-resnet8-both-formats/model.onnx', 'dense/kernel', 'channels first'],
  ['vww-mobilenet-v1-96-both-formats/model.onnx', 'dense/kernel', 'channels first'],
] as const;

/** Float32 weights as the file itself holds them. */
function weightsOf(bytes: Uint8Array, name: string): { readonly data: Float32Array; readonly dims: readonly number[] } {
  const found = readModelFile(bytes).graph.initializer.find((tensor) => tensor.name === name);
  if (!found?.rawData) throw new Error(`no weights ${name}`);
  return { data: new Float32Array(found.rawData.slice().buffer), dims: found.dims };
}

describe.skipIf(missing)(`Grad-CAM is CAM: sum_k W[c, k] A_k / positions, W read from the file${skipped}`, () => {
  test.each(heads)('%s', async (file, name, order) => {
    const bytes = asset(file);
    const { data: weights, dims } = weightsOf(bytes, name);
    const [classes = 0, channels = 0] = order === 'classes first' ? dims : dims.slice(0, 2).toReversed();
    const model = await fromOnnx(bytes, ort);
    const x = noise(3)((model.inputs[0]?.dims ?? []).map((dim) => dim ?? 1));
    for (const target of [0, classes - 1]) {
      const [explanation] = await explain(model, x, { target });
      if (!explanation) throw new Error('nothing explained');
      const { activations } = await model.run(x, { layers: [explanation.layer.name] });
      const { data: activation } = activations.get(explanation.layer.name) as Tensor;
      const positions = activation.length / channels;
      const closed = Float64Array.from({ length: positions }, (_, i) => {
        let sum = 0;
        for (let k = 0; k < channels; k++) {
          const weight =
            weights[order === 'classes first' ? target * channels + k : k * classes + target] ?? Number.NaN;
          sum += (weight * (activation[k * positions + i] ?? 0)) / positions;
        }
        return sum;
      });
      expect(relativeError(explanation.map.data, closed)).toBeLessThan(1e-5);
    }
    await model.dispose();
  });
});

test.skipIf(missing)(
  "the patch of MobileNetV2's last block is under 2 kB, and the graph's own bytes stand in the file",
  () => {
    const bytes = asset('mobilenet-v2-100-224-all-formats/model-fp32.onnx');
    const patched = augment(bytes, { wrt: 'MobilenetV2/Conv_1/Relu6/relu6', seed: 'class' });
    expect(patched.bytes.length - bytes.length).toBeLessThan(2000);
    const [graph] = readModelFile(bytes).graphSpans;
    if (!graph) throw new Error('no graph');
    expect(Buffer.from(patched.bytes).includes(Buffer.from(bytes.subarray(graph.from, graph.to)))).toBe(true);
  },
);
