const FLOAT = { type: 'DT_FLOAT' };
const text = (value) => Buffer.from(value).toString('base64');
const shape = (dims) => ({ dim: dims.map((size) => ({ size: String(size) })) });

const constant = ({ name, shape: dims, dtype }) => {
  const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT';
  return { name, op: 'Const', attr: { dtype: { type }, value: { tensor: { dtype: type, tensorShape: shape(dims) } } } };
};

/** `value` with a bias, and the rectifier if there is one, in the one operator that TensorFlow's converter makes of them. */
const fused = (op, name, input, attr, ...operations) => ({
  name,
  op,
  input: [input, ...attr.weights],
  attr: {
    ...attr.attr,
    T: FLOAT,
    num_args: { i: '1' },
    fused_ops: { list: { s: operations.map(text) } },
    epsilon: { f: 0 },
  },
});

/** The topology of a GraphModel: what the converter makes of a frozen, optimised graph. */
export function graphModel({ size, convolutions, classes, weights }) {
  const placeholder = [-1, size, size, 3];
  let value = 'input';
  const nodes = convolutions.map(({ name, stride }) => {
    const node = fused(
      '_FusedConv2D',
      name,
      value,
      {
        weights: [`${name}/kernel`, `${name}/bias`],
        attr: {
          strides: { list: { i: ['1', String(stride), String(stride), '1'] } },
          dilations: { list: { i: ['1', '1', '1', '1'] } },
          padding: { s: text('SAME') },
          data_format: { s: text('NHWC') },
          explicit_paddings: { list: {} },
          use_cudnn_on_gpu: { b: true },
        },
      },
      'BiasAdd',
      'Relu',
    );
    value = name;
    return node;
  });
  const head = fused(
    '_FusedMatMul',
    'logits',
    'pooled',
    { weights: ['head/kernel', 'head/bias'], attr: { transpose_a: { b: false }, transpose_b: { b: false } } },
    'BiasAdd',
  );
  const port = (name, dims) => ({ name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shape(dims) });
  return {
    format: 'graph-model',
    signature: {
      inputs: { input: port('input', placeholder) },
      outputs: { probabilities: port('probabilities', [-1, classes]) },
    },
    modelTopology: {
      node: [
        ...weights.map(constant),
        { name: 'input', op: 'Placeholder', attr: { dtype: FLOAT, shape: { shape: shape(placeholder) } } },
        ...nodes,
        {
          name: 'pooled',
          op: 'Mean',
          input: [value, 'pooled/axes'],
          attr: { T: FLOAT, Tidx: { type: 'DT_INT32' }, keep_dims: { b: false } },
        },
        head,
        { name: 'probabilities', op: 'Softmax', input: ['logits'], attr: { T: FLOAT } },
      ],
      library: {},
      versions: { producer: 1882 },
    },
  };
}
