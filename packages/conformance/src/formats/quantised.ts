import type { Node } from '../graph/node.ts';
import { type Network, picturesFor } from '../network.ts';
import { forward } from '../reference/sweep.ts';
import type { OnnxFile } from './onnx-file.ts';

/** The largest value of a tensor over a few pictures: what calibration measures. */
function ranges(network: Network): (name: string) => number {
  const known = new Map(
    [...picturesFor(network, 8)].map(([name, { data, dims }]) => [name, { data: Float64Array.from(data), dims }]),
  );
  const values = forward(network, known, network.outputs);
  return (name) => (values.get(name)?.data ?? new Float64Array()).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
}

/**
 * Writes a network as quantisers do: int8 kernels behind a DequantizeLinear, each Relu folded into the range of an unsigned QuantizeLinear
 * and DequantizeLinear pair. The tensor behind the pair has the Relu's name.
 */
export function quantised(file: OnnxFile, network: Network, write: (node: Node) => void): void {
  const rangeOf = ranges(network);
  for (const node of network.nodes) {
    const { name, inputs } = node;
    if (node.op === 'relu') {
      const scale = file.constant(`${name}/scale`, [], [rangeOf(name) / 255]);
      const zero = file.constant(`${name}/zero`, [], [0], 'uint8');
      file.node('QuantizeLinear', [...inputs, scale, zero], `${name}/quantised`);
      file.node('DequantizeLinear', [`${name}/quantised`, scale, zero], name);
    } else if (node.op === 'conv') {
      const { kernel, bias, strides, dilations, groups } = node;
      const step = kernel.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / 127;
      const stored = file.constant(
        `${name}/stored`,
        kernel.dims,
        kernel.data.map((w) => Math.round(w / step)),
        'int8',
      );
      const scale = file.constant(`${name}/scale`, [], [step]);
      file.node('DequantizeLinear', [stored, scale, file.constant(`${name}/zero`, [], [0], 'int8')], `${name}/kernel`);
      const weights = [`${name}/kernel`, file.constant(`${name}/bias`, bias.dims, bias.data)];
      const pads = node.padding === 'same' ? { auto_pad: 'SAME_UPPER' } : { pads: node.padding };
      file.node('Conv', [...inputs, ...weights], name, {
        kernel_shape: kernel.dims.slice(2),
        strides,
        dilations,
        group: groups,
        ...pads,
      });
    } else write(node);
  }
}
