import type { Node, NodeOf, OperationName, Window } from '../graph/node.ts';
import { type Network, nodeOf } from '../network.ts';
import { dimsLast, isDepthwise, kernelLast, paddingWord } from './channels-last.ts';
import { KerasModel } from './keras-model.ts';
import type { Artifacts } from './weights-file.ts';

type Write<Op extends OperationName> = (model: KerasModel, node: NodeOf<Op>, network: Network) => void;

const activation =
  (word: string): Write<'relu' | 'sigmoid' | 'tanh' | 'gelu' | 'softmax'> =>
  (model, { name, inputs }) => {
    model.layer('Activation', name, inputs, { activation: word });
  };

const merge =
  (kind: string, config: object = {}): Write<'add' | 'multiply' | 'concat'> =>
  (model, { name, inputs }) => {
    model.layer(kind, name, inputs, config);
  };

const pool =
  (kind: string): Write<'maxPool' | 'averagePool'> =>
  (model, { name, inputs, size, strides, padding }) => {
    model.layer(kind, name, inputs, { pool_size: size, strides, padding: windowWord({ padding }) });
  };

function windowWord(window: Pick<Window, 'padding'>): string {
  const word = paddingWord(window);
  if (word === null) throw new Error('a LayersModel pools with "same" or "valid" padding; expected one of them');
  return word;
}

/** The same values for every sample: a dense layer whose kernel is zero, so that only its bias counts. */
function constant(
  model: KerasModel,
  name: string,
  x: string,
  width: number,
  dims: readonly number[],
  values: Float32Array,
): string {
  model.layer('GlobalAveragePooling1D', `${name}_mean`, [x]);
  model.layer('Dense', `${name}_values`, [`${name}_mean`], { units: values.length, activation: 'linear' }, [
    ['kernel', [width, values.length], new Float32Array(width * values.length)],
    ['bias', [values.length], values],
  ]);
  return model.layer('Reshape', `${name}_constant`, [`${name}_values`], { target_shape: dims });
}

const writers: {
  readonly [Op in Exclude<OperationName, 'input' | 'windows' | 'unwindows' | 'centreBatch'>]: Write<Op>;
} = {
  conv: (model, node, network) => {
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
      from = model.layer('ZeroPadding2D', `${name}_pad`, [x], {
        padding: [
          [top, bottom],
          [left, right],
        ],
      });
    }
    const kernel = kernelLast(node, network);
    const config = {
      kernel_size: kernel.dims.slice(0, 2),
      strides,
      dilation_rate: dilations,
      padding: word ?? 'valid',
      activation: 'linear',
    };
    const biases = ['bias', bias.dims, bias.data] as const;
    if (isDepthwise(node, nodeOf(network, x)))
      model.layer('DepthwiseConv2D', name, [from], { ...config, depth_multiplier: kernel.dims[3] }, [
        ['depthwise_kernel', kernel.dims, kernel.data],
        biases,
      ]);
    else
      model.layer('Conv2D', name, [from], { ...config, filters: kernel.dims[3] }, [
        ['kernel', kernel.dims, kernel.data],
        biases,
      ]);
  },
  relu: activation('relu'),
  relu6: (model, { name, inputs }) => {
    model.layer('ReLU', name, inputs, { max_value: 6 });
  },
  sigmoid: activation('sigmoid'),
  tanh: activation('tanh'),
  gelu: activation('gelu'),
  softmax: activation('softmax'),
  batchNorm: (model, { name, inputs, scale, shift, mean, variance, epsilon }) => {
    model.layer('BatchNormalization', name, inputs, { axis: -1, epsilon }, [
      ['gamma', scale.dims, scale.data],
      ['beta', shift.dims, shift.data],
      ['moving_mean', mean.dims, mean.data],
      ['moving_variance', variance.dims, variance.data],
    ]);
  },
  layerNorm: (model, { name, inputs, scale, shift, epsilon }) => {
    model.layer('LayerNormalization', name, inputs, { axis: [-1], epsilon }, [
      ['gamma', scale.dims, scale.data],
      ['beta', shift.dims, shift.data],
    ]);
  },
  maxPool: pool('MaxPooling2D'),
  averagePool: pool('AveragePooling2D'),
  globalAverage: (model, { name, inputs, keep, dims }) => {
    model.layer('GlobalAveragePooling2D', keep ? `${name}_flat` : name, inputs);
    if (keep) model.layer('Reshape', name, [`${name}_flat`], { target_shape: dimsLast(dims) });
  },
  dense: (model, { name, inputs, kernel, bias }) => {
    model.layer('Dense', name, inputs, { units: bias.dims[0], activation: 'linear' }, [
      ['kernel', kernel.dims, kernel.data],
      ['bias', bias.dims, bias.data],
    ]);
  },
  add: merge('Add'),
  multiply: merge('Multiply'),
  concat: merge('Concatenate', { axis: -1 }),
  upsample: (model, { name, inputs }) => {
    model.layer('UpSampling2D', name, inputs, { size: [2, 2], interpolation: 'nearest' });
  },
  tokens: (model, { name, inputs, dims }) => {
    model.layer('Reshape', name, inputs, { target_shape: dims });
  },
  prependToken: (model, { name, inputs: [x = ''], token }) => {
    const made = constant(model, name, x, token.dims[1] ?? 1, token.dims, token.data);
    model.layer('Concatenate', name, [made, x], { axis: 1 });
  },
  addConstant: (model, { name, inputs: [x = ''], value }) => {
    model.layer('Add', name, [x, constant(model, name, x, value.dims[1] ?? 1, value.dims, value.data)]);
  },
  matmul: (model, { name, inputs, transposed, scale }) => {
    const product = scale === 1 ? name : `${name}_product`;
    model.layer('Dot', product, inputs, { axes: transposed ? [2, 2] : [2, 1], normalize: false });
    if (scale !== 1) model.layer('Rescaling', name, [product], { scale, offset: 0 });
  },
  takeToken: (model, { name, inputs: [x = ''], index, dims }, network) => {
    const [tokens = 1, width = 1] = nodeOf(network, x).dims;
    model.layer('Reshape', `${name}_map`, [x], { target_shape: [tokens, width, 1] });
    model.layer('Cropping2D', `${name}_row`, [`${name}_map`], {
      cropping: [
        [index, tokens - 1 - index],
        [0, 0],
      ],
    });
    model.layer('Reshape', name, [`${name}_row`], { target_shape: dims });
  },
  meanToken: (model, { name, inputs }) => {
    model.layer('GlobalAveragePooling1D', name, inputs);
  },
  flattenLast: (model, { name, inputs }) => {
    model.layer('Flatten', name, inputs);
  },
};

function write(model: KerasModel, node: Node, network: Network): void {
  if (node.op === 'input') {
    const space = dimsLast(node.dims).map((dim, axis) => (network.freeSize && axis < 2 ? null : dim));
    model.input(node.name, [network.onnx.batch === 'fixed' ? 1 : null, ...space]);
    return;
  }
  const writer = (writers as Partial<Record<OperationName, Write<never>>>)[node.op];
  if (!writer) throw new Error(`a LayersModel has no layer for ${node.op} (${node.name})`);
  writer(model, node as never, network);
}

/** A network as a LayersModel; layers have the names of the network's nodes. */
export function layersModel(network: Network): Artifacts {
  const { nested } = network;
  const model = new KerasModel(network.name.replaceAll(/[^a-z0-9]+/gi, '_'));
  const inner = nested && model.within(nested.name);
  for (const node of network.nodes) {
    const isInner = nested?.nodes.includes(node.name) ?? false;
    if (!inner || !nested || !isInner) {
      write(model, node, network);
      continue;
    }
    const [first = '', last] = [nested.nodes[0], nested.nodes.at(-1)];
    if (node.name === first) {
      const { name, dims } = nodeOf(network, node.inputs[0] ?? '');
      inner.input(name, [null, ...dimsLast(dims)], `${nested.name}_input`);
    }
    write(inner, node, network);
    if (node.name === last) model.nest(inner, nodeOf(network, first).inputs, last);
  }
  return model.finish(network.outputs);
}
