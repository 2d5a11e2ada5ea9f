import type { Node, NodeOf, OperationName } from '../graph/node.ts';
import { type Network, nodeOf } from '../network.ts';
import { OnnxFile } from './onnx-file.ts';
import { quantised } from './quantised.ts';

type Write<Op extends OperationName> = (file: OnnxFile, node: NodeOf<Op>, network: Network) => void;

/** Names of a node's weights, written into the file. */
const weight = (
  file: OnnxFile,
  { name }: Node,
  what: string,
  { data, dims }: { data: ArrayLike<number>; dims: readonly number[] },
): string => file.constant(`${name}/${what}`, dims, data);

const plain =
  (op: string): Write<'relu' | 'sigmoid' | 'tanh' | 'add' | 'multiply'> =>
  (file, { inputs, name }) => {
    file.node(op, inputs, name);
  };

const pool =
  (op: string): Write<'maxPool' | 'averagePool'> =>
  (file, { inputs, name, size, strides, padding }) => {
    file.node(op, inputs, name, { kernel_shape: size, strides, ...pads(padding) });
  };

const pads = (padding: NodeOf<'conv'>['padding']): { auto_pad: string } | { pads: readonly number[] } =>
  padding === 'same' ? { auto_pad: 'SAME_UPPER' } : { pads: padding };

/** Squares of a grid in front of the batch axis, as every exporter folds them. */
const folded =
  (out: boolean): Write<'windows' | 'unwindows'> =>
  (file, { inputs: [x = ''], name, grid: [height, width], size, dims }) => {
    const channels = dims.at(-1) ?? 1;
    const [down, across] = [height / size, width / size];
    const cut = out ? [-1, down, across, size, size, channels] : [-1, down, size, across, size, channels];
    file.node('Reshape', [x, file.ints(`${name}/cut`, cut)], `${name}/squares`);
    file.node('Transpose', [`${name}/squares`], `${name}/turned`, { perm: [0, 1, 3, 2, 4, 5] });
    const joined = out ? [-1, height * width, channels] : [-1, size ** 2, channels];
    file.node('Reshape', [`${name}/turned`, file.ints(`${name}/joined`, joined)], name);
  };

const writers: { readonly [Op in Exclude<OperationName, 'input'>]: Write<Op> } = {
  conv: (file, node) => {
    const { inputs, name, kernel, bias, strides, dilations, groups, padding } = node;
    const weights = [weight(file, node, 'kernel', kernel), weight(file, node, 'bias', bias)];
    const kernel_shape = kernel.dims.slice(2);
    file.node('Conv', [...inputs, ...weights], name, {
      kernel_shape,
      strides,
      dilations,
      group: groups,
      ...pads(padding),
    });
  },
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  add: plain('Add'),
  multiply: plain('Mul'),
  relu6: (file, { inputs, name }) => {
    if (file.opset < 11) file.node('Clip', inputs, name, { min: { float: 0 }, max: { float: 6 } });
    else
      file.node(
        'Clip',
        [...inputs, file.constant(`${name}/min`, [], [0]), file.constant(`${name}/max`, [], [6])],
        name,
      );
  },
  // x / 2 * (1 + erf(x / sqrt(2))), as exporters write it before opset 20
  gelu: (file, { inputs: [x = ''], name }) => {
    file.node('Div', [x, file.constant(`${name}/root`, [], [Math.SQRT2])], `${name}/scaled`);
    file.node('Erf', [`${name}/scaled`], `${name}/erf`);
    file.node('Add', [`${name}/erf`, file.constant(`${name}/one`, [], [1])], `${name}/shifted`);
    file.node('Mul', [x, `${name}/shifted`], `${name}/product`);
    file.node('Mul', [`${name}/product`, file.constant(`${name}/half`, [], [0.5])], name);
  },
  softmax: (file, { inputs, name, dims }) => {
    file.node('Softmax', inputs, name, { axis: file.opset < 11 ? dims.length : -1 });
  },
  batchNorm: (file, node) => {
    const { inputs, name, epsilon } = node;
    const weights = (['scale', 'shift', 'mean', 'variance'] as const).map((what) =>
      weight(file, node, what, node[what]),
    );
    file.node('BatchNormalization', [...inputs, ...weights], name, { epsilon: { float: epsilon } });
  },
  layerNorm: (file, node) => {
    const weights = [weight(file, node, 'scale', node.scale), weight(file, node, 'shift', node.shift)];
    file.node('LayerNormalization', [...node.inputs, ...weights], node.name, {
      axis: -1,
      epsilon: { float: node.epsilon },
    });
  },
  maxPool: pool('MaxPool'),
  averagePool: pool('AveragePool'),
  globalAverage: (file, { inputs, name, keep, dims }, { onnx }) => {
    if (keep) {
      file.node('GlobalAveragePool', inputs, name);
      return;
    }
    file.node('GlobalAveragePool', inputs, `${name}/map`);
    if (onnx.batch === 'reshape')
      file.node('Reshape', [`${name}/map`, file.ints(`${name}/dims`, [1, dims[0] ?? 1])], name);
    else file.node('Flatten', [`${name}/map`], name);
  },
  dense: (file, node) => {
    const { inputs, name, dims } = node;
    const [kernel, bias] = [weight(file, node, 'kernel', node.kernel), weight(file, node, 'bias', node.bias)];
    if (dims.length === 1) {
      file.node('Gemm', [...inputs, kernel, bias], name);
      return;
    }
    file.node('MatMul', [...inputs, kernel], `${name}/product`);
    file.node('Add', [`${name}/product`, bias], name);
  },
  concat: (file, { inputs, name }) => {
    file.node('Concat', inputs, name, { axis: 1 });
  },
  upsample: (file, { inputs: [x = ''], name }) => {
    const scales = file.constant(`${name}/scales`, [4], [1, 1, 2, 2], 'float32');
    const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    file.node('Resize', [x, '', scales], name, attributes);
  },
  tokens: (file, { inputs: [x = ''], name, dims: [, channels = 1] }) => {
    file.node('Reshape', [x, file.ints(`${name}/dims`, [0, channels, -1])], `${name}/flat`);
    file.node('Transpose', [`${name}/flat`], name, { perm: [0, 2, 1] });
  },
  prependToken: (file, node) => {
    const {
      inputs: [x = ''],
      name,
      token,
    } = node;
    const [, channels = 1] = token.dims;
    file.node('Shape', [x], `${name}/shape`);
    file.node('Gather', [`${name}/shape`, file.ints(`${name}/zero`, [0])], `${name}/batch`, { axis: 0 });
    file.node('Concat', [`${name}/batch`, file.ints(`${name}/rest`, [1, channels])], `${name}/dims`, { axis: 0 });
    file.node(
      'Expand',
      [file.constant(`${name}/token`, [1, 1, channels], token.data), `${name}/dims`],
      `${name}/tokens`,
    );
    file.node('Concat', [`${name}/tokens`, x], name, { axis: 1 });
  },
  addConstant: (file, node) => {
    const { inputs, name, value } = node;
    file.node('Add', [...inputs, file.constant(`${name}/value`, [1, ...value.dims], value.data)], name);
  },
  matmul: (file, { inputs: [a = '', b = ''], name, transposed, scale }) => {
    const second = transposed ? file.node('Transpose', [b], `${name}/turned`, { perm: [0, 2, 1] }) : b;
    if (scale === 1) {
      file.node('MatMul', [a, second], name);
      return;
    }
    file.node('MatMul', [a, second], `${name}/product`);
    file.node('Mul', [`${name}/product`, file.constant(`${name}/scale`, [], [scale])], name);
  },
  takeToken: (file, { inputs: [x = ''], name, index }) => {
    file.node('Gather', [x, file.constant(`${name}/index`, [], [index], 'int64')], name, { axis: 1 });
  },
  meanToken: (file, { inputs, name }) => {
    file.node('ReduceMean', inputs, name, { axes: [1], keepdims: 0 });
  },
  windows: folded(false),
  unwindows: folded(true),
  flattenLast: (file, { inputs, name }) => {
    file.node('Transpose', inputs, `${name}/last`, { perm: [0, 2, 3, 1] });
    file.node('Flatten', [`${name}/last`], name);
  },
  centreBatch: (file, { inputs: [x = ''], name }) => {
    file.node('ReduceMean', [x], `${name}/mean`, { axes: [0], keepdims: 1 });
    file.node('Mul', [`${name}/mean`, file.constant(`${name}/half`, [], [0.5])], `${name}/share`);
    file.node('Sub', [x, `${name}/share`], name);
  },
};

function writeInput(file: OnnxFile, { name, dims }: Node, { onnx, freeSize }: Network): void {
  const batch = onnx.batch === 'fixed' ? 1 : 'N';
  const [channels = 1, ...space] = dims;
  if (onnx.channelsLast) {
    file.port('input', `${name}/last`, [batch, ...space, channels]);
    file.node('Transpose', [`${name}/last`], name, { perm: [0, 3, 1, 2] });
    return;
  }
  file.port('input', name, [batch, channels, ...(freeSize ? ['H', 'W'] : space)]);
}

/** The bytes of a network as an .onnx file; tensors have the names of the network's nodes. */
export function onnxBytes(network: Network): Uint8Array {
  const { onnx, stored } = network;
  const file = new OnnxFile(onnx.opset ?? 17, stored === 'float16' ? 'float16' : 'float32');
  const write = (node: Node): void => {
    if (node.op === 'input') writeInput(file, node, network);
    else (writers[node.op] as Write<typeof node.op>)(file, node as never, network);
  };
  if (stored === 'quantised') quantised(file, network, write);
  else network.nodes.forEach(write);
  for (const name of network.outputs) {
    const { dims } = nodeOf(network, name);
    file.port('output', name, [onnx.batch === 'fixed' ? 1 : 'N', ...dims]);
  }
  return file.finish(network.name);
}
