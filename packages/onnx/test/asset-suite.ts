import { relativeError } from '@gradcam/conformance';
import { describe, expect, test } from 'vitest';
import { chooseLayer, explain, fromOnnx, type Ort, type Tensor } from '../src/index.ts';
import { asset, missing } from './assets.ts';
import { noise } from './noise.ts';

/** Each file, the layer that is to be taken, and whether the head behind it is linear. */
const models: readonly (readonly [file: string, layer: string, linearHead: boolean])[] = [
  ['mobilenet-v2-100-224-all-formats/model-fp32.onnx', 'MobilenetV2/Conv_1/Relu6/relu6', true],
  ['mobilenet-v2-100-224-all-formats/model-qdq.onnx', 'MobilenetV2/Conv_1/Relu6/dq', false],
  ['mobilenet-v1-025-128-all-formats/model-fp32.onnx', 'MobilenetV1/MobilenetV1/Conv2d_13_pointwise/Relu6/relu6', true],
  ['mobilenet-v1-025-128-all-formats/model-qdq.onnx', 'MobilenetV1/MobilenetV1/Conv2d_13_pointwise/Relu6/dq', false],
  ['squeezenet-v1-0-both-formats/model.onnx', 'fire9_concat', false],
  ['darknet-tiny-224-both-formats/model.onnx', 'leaky_re_lu_15', true],
  ['cifar10-resnet8-both-formats/model.onnx', 'activation_6/relu', true],
  ['vww-mobilenet-v1-96-both-formats/model.onnx', 'activation_26/relu', true],
  ['emotion-mini-xception-both-formats/model.onnx', 'add_4', true],
  ['tiny-vgg-64-both-formats/model.onnx', 'max_pool_2', true],
  ['mnist-cntk/model.onnx', 'Pooling160_Output_0', true],
];

/** Real trained models, where they are at hand. */
export function checkAssets(ort: Ort): void {
  describe('real models', () => {
    for (const [file, layer, linearHead] of models) {
      test(file, async ({ skip }) => {
        if (missing) return skip(missing);
        const model = await fromOnnx(asset(file), ort);
        expect(chooseLayer(model.layers).layer.name).toBe(layer);
        expect(model.layers.filter(({ blocked }) => blocked.length > 0)).toEqual([]);
        const x = noise(1)((model.inputs[0]?.dims ?? []).map((dim) => dim ?? 1));
        const [explanation] = await explain(model, x);
        expect(explanation?.map.data.some((value) => value !== 0)).toBe(true);
        const classIndex = explanation?.target.index ?? 0;
        const pass = await model.run(x, { layers: [layer], seed: [classIndex] });
        const activation = pass.activations.get(layer) as Tensor;
        const gradient = pass.gradients.get(layer) as Tensor;
        const session = await ort.InferenceSession.create(asset(file));
        const plain = await session.run({
          [session.inputNames[0] as string]: new ort.Tensor('float32', x.data, x.dims),
        });
        const [output = ''] = session.outputNames;
        expect(relativeError(pass.outputs.get(output)?.data ?? [], plain[output]?.data as Float32Array)).toBeLessThan(
          1e-6,
        );
        await session.release();
        if (linearHead) {
          // behind a linear head the gradient tells the score: score(A) - score(0) = <gradient, A>
          const zero = { data: new Float32Array(activation.data.length), dims: activation.dims };
          const bias = (await model.resume({ layer, activation: zero, inputs: x })).output.data[classIndex] as number;
          const told = activation.data.reduce((sum, value, i) => sum + value * (gradient.data[i] as number), 0);
          const score = pass.output.data[classIndex] as number;
          expect(Math.abs(told + bias - score) / (Math.abs(told) + Math.abs(bias))).toBeLessThan(1e-5);
        }
        await model.dispose();
      });
    }
  });
}
