import type { NodeOf } from '../graph/node.ts';
import { padsOf } from '../graph/padding.ts';
import { only, type Rules } from './rule.ts';
import { at, type Values, zeros } from './values.ts';

/** Calls `visit(input cell, kernel cell, output cell)` for every product of a convolution. */
function products(
  { kernel, strides, dilations, padding, groups, dims }: NodeOf<'conv'>,
  { dims: [batch = 1, channels = 1, height = 1, width = 1] }: Values,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [out = 1, outHeight = 1, outWidth = 1] = dims;
  const [, each = 1, kernelHeight = 1, kernelWidth = 1] = kernel.dims;
  const [top] = padsOf(padding, 0, height, kernelHeight, strides[0], dilations[0]);
  const [left] = padsOf(padding, 1, width, kernelWidth, strides[1], dilations[1]);
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < out; o++)
      for (let c = 0; c < each; c++) {
        const channel = Math.floor(o / (out / groups)) * each + c;
        for (let i = 0; i < outHeight; i++)
          for (let j = 0; j < outWidth; j++)
            for (let u = 0; u < kernelHeight; u++)
              for (let v = 0; v < kernelWidth; v++) {
                const row = i * strides[0] - top + u * dilations[0];
                const column = j * strides[1] - left + v * dilations[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                visit(
                  ((n * channels + channel) * height + row) * width + column,
                  ((o * each + c) * kernelHeight + u) * kernelWidth + v,
                  ((n * out + o) * outHeight + i) * outWidth + j,
                );
              }
      }
}

export const convolutionRules: Rules<'conv'> = {
  conv: {
    forward: (node, inputs) => {
      const x = only(inputs);
      const [out = 1, height = 1, width = 1] = node.dims;
      const y = zeros([x.dims[0] ?? 1, ...node.dims]);
      y.data.forEach((_, i) => {
        y.data[i] = at(node.bias.data, Math.floor(i / (height * width)) % out);
      });
      products(node, x, (from, weight, to) => {
        y.data[to] = at(y.data, to) + at(x.data, from) * at(node.kernel.data, weight);
      });
      return y;
    },
    backward: (node, gradient, inputs) => {
      const dx = zeros(only(inputs).dims);
      products(node, dx, (from, weight, to) => {
        dx.data[from] = at(dx.data, from) + at(gradient.data, to) * at(node.kernel.data, weight);
      });
      return [dx];
    },
  },
};
