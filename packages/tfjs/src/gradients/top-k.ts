import { cast, matMul, oneHot, reshape, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { type Rule, replaceGradient } from './rule.ts';

/** Each of the largest values goes back to where it was found, as a product with one-hot rows; tfjs has no gradient for it. */
export const topK: Rule = {
  kernel: 'TopK',
  install: () =>
    replaceGradient({
      kernelName: 'TopK',
      inputsToSave: ['x'],
      outputsToSave: [false, true],
      gradFunc: (dys, [x, indices]) => ({ x: () => placed(dys as Tensor[], x as Tensor, indices as Tensor) }),
    }),
};

function placed([dy]: readonly Tensor[], { shape, size }: Tensor, indices: Tensor): Tensor {
  const length = shape.at(-1) ?? 1;
  const rows = size / length;
  // wasm writes integers whatever type is asked for
  const chosen = cast(oneHot(reshape(indices, [-1]) as Tensor1D, length), 'float32');
  const each = indices.size / rows;
  return reshape(matMul(reshape(dy as Tensor, [rows, 1, each]), reshape(chosen, [rows, each, length])), shape);
}
