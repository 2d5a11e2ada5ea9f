import type { Node, NodeOf, OperationName } from '../graph/node.ts';
import { type Network, nodeOf } from '../network.ts';
import { dimsLast, isDepthwise, kernelLast, paddingWord } from './channels-last.ts';
import { flag, float, type GraphAttribute, GraphFile, int, ints, text, type } from './graph-file.ts';
import type { Artifacts } from './weights-file.ts';

type Write<Op extends OperationName> = (graph: GraphFile, node: NodeOf<Op>, network: Network) => void;

const plain =
  (op: string): Write<'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'softmax' | 'add' | 'multiply'> =>
  (graph, { name, inputs }) => {
    graph.node(op, name, inputs);
  };

const pool =
  (op: string): Write<'maxPool' | 'averagePool'> =>
  (graph, { name, inputs, size, strides, padding }) => {
    graph.node(op, name, inputs, {
      ksize: ints([1, ...size, 1]),
      strides: ints([1, ...strides, 1]),
      padding: text((paddingWord({ padding }) ?? '').toUpperCase()),
      data_format: text('NHWC'),
    });
  };

function mean(graph: GraphFile, name: string, x: string, axes: readonly number[], keep: boolean): string {
  return graph.node('Mean', name, [x, graph.list(`${name}/axes`, axes)], {
    keep_dims: flag(keep),
    Tidx: type('DT_INT32'),
  });
}

const reshape = (graph: GraphFile, name: string, x: string, dims: readonly number[]): string =>
  graph.node('Reshape', name, [x, graph.list(`${name}/dims`, dims)]);

const scalar = (graph: GraphFile, name: string, value: number): string => graph.constant(name, [], [value]);

/** Squares of a grid in front of the batch axis. */
const folded =
  (out: boolean): Write<'windows' | 'unwindows'> =>
  (graph, { inputs: [x = ''], name, grid: [height, width], size, dims }) => {
    const channels = dims.at(-1) ?? 1;
    const [down, across] = [height / size, width / size];
    const cut = out ? [-1, down, across, size, size, channels] : [-1, down, size, across, size, channels];
    reshape(graph, `${name}/squares`, x, cut);
    graph.node('Transpose', `${name}/turned`, [`${name}/squares`, graph.list(`${name}/order`, [0, 1, 3, 2, 4, 5])]);
    reshape(graph, name, `${name}/turned`, out ? [-1, height * width, channels] : [-1, size ** 2, channels]);
  };

/** The activation right behind a convolution that nobody else reads: converters fuse it. */
function fusedInto(network: Network, { name }: Node): Node | undefined {
  const users = network.nodes.filter(({ inputs }) => inputs.includes(name));
  const [user] = users;
  const read = network.layers.includes(name) || network.outputs.includes(name);
  return users.length === 1 && (user?.op === 'relu' || user?.op === 'relu6') && !read ? user : undefined;
}

const writers: { readonly [Op in Exclude<OperationName, 'input'>]: Write<Op> } = {
  conv: (graph, node, network) => {
    const {
      name,
      inputs: [x = ''],
      strides,
      dilations,
      padding,
      bias,
    } = node;
    const word = paddingWord(node);
    let from = x;
    if (padding !== 'same' && word === null) {
      const [top, left, bottom, right] = padding;
      const cells = graph.constant(`${name}/cells`, [4, 2], [0, 0, top, bottom, left, right, 0, 0], 'int32');
      from = graph.node('Pad', `${name}/padded`, [x, cells]);
    }
    const kernel = kernelLast(node, network);
    const attributes: Record<string, GraphAttribute> = {
      strides: ints([1, ...strides, 1]),
      dilations: ints([1, ...dilations, 1]),
      padding: text((word ?? 'valid').toUpperCase()),
      data_format: text('NHWC'),
    };
    const op = isDepthwise(node, nodeOf(network, x)) ? 'DepthwiseConv2dNative' : 'Conv2D';
    const weights = [
      graph.constant(`${name}/kernel`, kernel.dims, kernel.data),
      graph.constant(`${name}/bias`, bias.dims, bias.data),
    ] as const;
    const activation = fusedInto(network, node);
    if (!activation) {
      graph.node(op, `${name}/product`, [from, weights[0]], attributes);
      graph.node('BiasAdd', name, [`${name}/product`, weights[1]], { data_format: text('NHWC') });
      return;
    }
    const words = ['BiasAdd', activation.op === 'relu' ? 'Relu' : 'Relu6'];
    graph.node(op === 'Conv2D' ? '_FusedConv2D' : 'FusedDepthwiseConv2dNative', activation.name, [from, ...weights], {
      ...attributes,
      num_args: int(1),
      epsilon: float(0),
      fused_ops: { list: { s: words.map((one) => text(one)['s']) } },
    });
  },
  relu: plain('Relu'),
  relu6: plain('Relu6'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  softmax: plain('Softmax'),
  add: plain('AddV2'),
  multiply: plain('Mul'),
  gelu: (graph, { name, inputs: [x = ''] }) => {
    graph.node('Mul', `${name}/scaled`, [x, scalar(graph, `${name}/root`, Math.SQRT1_2)]);
    graph.node('Erf', `${name}/erf`, [`${name}/scaled`]);
    graph.node('AddV2', `${name}/shifted`, [`${name}/erf`, scalar(graph, `${name}/one`, 1)]);
    graph.node('Mul', `${name}/halved`, [x, scalar(graph, `${name}/half`, 0.5)]);
    graph.node('Mul', name, [`${name}/halved`, `${name}/shifted`]);
  },
  batchNorm: (graph, node) => {
    const { name, inputs, epsilon } = node;
    const weights = (['scale', 'shift', 'mean', 'variance'] as const).map((what) =>
      graph.constant(`${name}/${what}`, node[what].dims, node[what].data),
    );
    graph.node('FusedBatchNormV3', name, [...inputs, ...weights], {
      epsilon: float(epsilon),
      is_training: flag(false),
      data_format: text('NHWC'),
      U: type('DT_FLOAT'),
    });
  },
  layerNorm: (graph, { name, inputs: [x = ''], scale, shift, epsilon, dims }) => {
    const axis = dims.length;
    mean(graph, `${name}/mean`, x, [axis], true);
    graph.node('SquaredDifference', `${name}/squares`, [x, `${name}/mean`]);
    mean(graph, `${name}/variance`, `${name}/squares`, [axis], true);
    graph.node('AddV2', `${name}/shifted`, [`${name}/variance`, scalar(graph, `${name}/epsilon`, epsilon)]);
    graph.node('Rsqrt', `${name}/rsqrt`, [`${name}/shifted`]);
    graph.node('Sub', `${name}/centred`, [x, `${name}/mean`]);
    graph.node('Mul', `${name}/normed`, [`${name}/centred`, `${name}/rsqrt`]);
    graph.node('Mul', `${name}/scaled`, [`${name}/normed`, graph.constant(`${name}/scale`, scale.dims, scale.data)]);
    graph.node('AddV2', name, [`${name}/scaled`, graph.constant(`${name}/shift`, shift.dims, shift.data)]);
  },
  maxPool: pool('MaxPool'),
  averagePool: pool('AvgPool'),
  globalAverage: (graph, { name, inputs: [x = ''], keep }) => {
    mean(graph, name, x, [1, 2], keep);
  },
  dense: (graph, { name, inputs: [x = ''], kernel, bias, dims }) => {
    const [inner = 1, out = 1] = kernel.dims;
    const weights = [
      graph.constant(`${name}/kernel`, kernel.dims, kernel.data),
      graph.constant(`${name}/bias`, bias.dims, bias.data),
    ] as const;
    const rows = dims.length === 1 ? x : reshape(graph, `${name}/rows`, x, [-1, inner]);
    graph.node('MatMul', `${name}/product`, [rows, weights[0]], { transpose_a: flag(false), transpose_b: flag(false) });
    if (dims.length === 1) {
      graph.node('BiasAdd', name, [`${name}/product`, weights[1]]);
      return;
    }
    graph.node('BiasAdd', `${name}/biased`, [`${name}/product`, weights[1]]);
    reshape(graph, name, `${name}/biased`, [-1, dims.at(-2) ?? 1, out]);
  },
  concat: (graph, { name, inputs, dims }) => {
    graph.node('ConcatV2', name, [...inputs, graph.constant(`${name}/axis`, [], [dims.length], 'int32')], {
      N: int(inputs.length),
    });
  },
  upsample: (graph, { name, inputs: [x = ''], dims: [, height = 1, width = 1] }) => {
    graph.node('ResizeNearestNeighbor', name, [x, graph.list(`${name}/size`, [height, width])], {
      align_corners: flag(false),
      half_pixel_centers: flag(true),
    });
  },
  tokens: (graph, { name, inputs: [x = ''], dims }) => {
    reshape(graph, name, x, [-1, ...dims]);
  },
  prependToken: (graph, { name, inputs: [x = ''], token: { data, dims } }) => {
    graph.node('Shape', `${name}/shape`, [x], { out_type: type('DT_INT32') });
    graph.node(
      'Slice',
      `${name}/batch`,
      [`${name}/shape`, graph.list(`${name}/first`, [0]), graph.list(`${name}/one`, [1])],
      { T: type('DT_INT32') },
    );
    const axis = (what: string, value: number): string => graph.constant(`${name}/${what}`, [], [value], 'int32');
    graph.node('ConcatV2', `${name}/dims`, [`${name}/batch`, graph.list(`${name}/rest`, dims), axis('front', 0)], {
      T: type('DT_INT32'),
      N: int(2),
    });
    graph.node('BroadcastTo', `${name}/tokens`, [graph.constant(`${name}/token`, [1, ...dims], data), `${name}/dims`]);
    graph.node('ConcatV2', name, [`${name}/tokens`, x, axis('axis', 1)], { N: int(2) });
  },
  addConstant: (graph, { name, inputs: [x = ''], value: { data, dims } }) => {
    graph.node('AddV2', name, [x, graph.constant(`${name}/value`, [1, ...dims], data)]);
  },
  matmul: (graph, { name, inputs, transposed, scale }) => {
    graph.node('BatchMatMulV2', scale === 1 ? name : `${name}/product`, inputs, {
      adj_x: flag(false),
      adj_y: flag(transposed),
    });
    if (scale !== 1) graph.node('Mul', name, [`${name}/product`, scalar(graph, `${name}/scale`, scale)]);
  },
  takeToken: (graph, { name, inputs: [x = ''], index }) => {
    const bounds = [
      [0, index, 0],
      [0, index + 1, 0],
      [1, 1, 1],
    ].map((values, i) => graph.list(`${name}/bound${i}`, values));
    graph.node('StridedSlice', name, [x, ...bounds], {
      begin_mask: int(5),
      end_mask: int(5),
      shrink_axis_mask: int(2),
      ellipsis_mask: int(0),
      new_axis_mask: int(0),
      Index: type('DT_INT32'),
    });
  },
  meanToken: (graph, { name, inputs: [x = ''] }) => {
    mean(graph, name, x, [1], false);
  },
  windows: folded(false),
  unwindows: folded(true),
  flattenLast: (graph, { name, inputs: [x = ''], dims }) => {
    reshape(graph, name, x, [-1, ...dims]);
  },
  centreBatch: (graph, { name, inputs: [x = ''] }) => {
    mean(graph, `${name}/mean`, x, [0], true);
    graph.node('Mul', `${name}/share`, [`${name}/mean`, scalar(graph, `${name}/half`, 0.5)]);
    graph.node('Sub', name, [x, `${name}/share`]);
  },
};

/** A network as a GraphModel as converters leave it: frozen, activations fused; nodes have the names of the network's. */
export function graphModel(network: Network): Artifacts {
  const graph = new GraphFile();
  for (const node of network.nodes) {
    if (node.op === 'input') {
      const space = dimsLast(node.dims).map((dim, axis) => (network.freeSize && axis < 2 ? -1 : dim));
      graph.input(node.name, [network.onnx.batch === 'fixed' ? 1 : -1, ...space]);
      continue;
    }
    const before = network.nodes.find(({ name }) => name === node.inputs[0]);
    if (before?.op === 'conv' && fusedInto(network, before) === node) continue;
    (writers[node.op] as Write<never>)(graph, node as never, network);
  }
  return graph.finish(network.outputs);
}
