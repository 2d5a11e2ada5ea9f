import { augment, tail, withWeights } from '@gradcam/onnx-autodiff';
import type { InferenceSession, Tensor } from 'onnxruntime-common';

/** What the example uses of onnxruntime-web, or -node. */
interface Ort {
  readonly InferenceSession: { create(bytes: Uint8Array): Promise<InferenceSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

/** The last layer of a classifier: logits = Gemm(features, weight, bias). */
interface Head {
  readonly features: string;
  readonly weight: string;
  readonly bias: string;
  readonly logits: string;
}

interface Parameters {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** d mean cross-entropy / d logits: (softmax - one-hot) / N. */
function crossEntropy(logits: Float32Array, labels: readonly number[]): { loss: number; cotangent: Float32Array } {
  const classes = logits.length / labels.length;
  const cotangent = new Float32Array(logits.length);
  let loss = 0;
  labels.forEach((label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const top = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    row.forEach((value, c) => {
      cotangent[n * classes + c] = (Math.exp(value - top) / total - (c === label ? 1 : 0)) / labels.length;
    });
    loss -= ((row[label] as number) - top - Math.log(total)) / labels.length;
  });
  return { loss, cotangent };
}

/**
 * Full-batch gradient descent on a classifier's head, in the browser or in Node: the network behind the features is cut out with its
 * weights as inputs, its gradient is spliced in, and the trained weights go back into the file.
 *
 * @param features what the model gives at `head.features` for the training pictures, [N, F]
 * @returns the model with the trained head, and the loss before each step
 */
export async function fineTuneHead(
  model: Uint8Array,
  ort: Ort,
  head: Head,
  start: Parameters,
  training: {
    readonly features: Float32Array;
    readonly labels: readonly number[];
    readonly steps: number;
    readonly rate: number;
  },
): Promise<{ model: Uint8Array; losses: number[]; trained: Parameters }> {
  const { labels, steps, rate } = training;
  const [count, classes] = [labels.length, start.bias.length];
  const width = training.features.length / count;

  // features, weight and bias become inputs, one cut after the other
  const atFeatures = tail(model, head.features, {
    outputs: [head.logits],
    shapes: new Map([[head.features, { type: 1, dims: [count, width] }]]),
  });
  const atWeight = tail(atFeatures.bytes, head.weight, { outputs: [head.logits] });
  const atBias = tail(atWeight.bytes, head.bias, { outputs: [head.logits] });
  const { bytes, gradients, cotangentInputs } = augment(atBias.bytes, {
    of: head.logits,
    wrt: [head.weight, head.bias],
    shapes: new Map([[head.logits, { type: 1, dims: [count, classes] }]]),
  });

  const session = await ort.InferenceSession.create(bytes);
  const { weight, bias } = { weight: start.weight.slice(), bias: start.bias.slice() };
  const cotangentInput = cotangentInputs.get(head.logits) ?? '';
  const run = async (cotangent: Float32Array, wanted: readonly string[]): Promise<Float32Array[]> => {
    const results = await session.run(
      {
        [atFeatures.input]: new ort.Tensor('float32', training.features, [count, width]),
        [atWeight.input]: new ort.Tensor('float32', weight, [classes, width]),
        [atBias.input]: new ort.Tensor('float32', bias, [classes]),
        [cotangentInput]: new ort.Tensor('float32', cotangent, [count, classes]),
      },
      wanted,
    );
    return wanted.map((name) => results[name]?.data as Float32Array);
  };
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const [logits = new Float32Array()] = await run(new Float32Array(count * classes), [head.logits]);
    const { loss, cotangent } = crossEntropy(logits, labels);
    losses.push(loss);
    const slopes = await run(cotangent, [gradients.get(head.weight) ?? '', gradients.get(head.bias) ?? '']);
    [weight, bias].forEach((values, i) => {
      slopes[i]?.forEach((slope, k) => {
        values[k] = (values[k] as number) - rate * slope;
      });
    });
  }
  await session.release();
  const trained = { weight, bias };
  return {
    model: withWeights(
      model,
      new Map([
        [head.weight, weight],
        [head.bias, bias],
      ]),
    ),
    losses,
    trained,
  };
}
