/** The topology of a LayersModel in Keras's words. */
export function layersModel({ size, convolutions, classes }) {
  const [first, ...rest] = convolutions.map(({ name, filters, stride }) => ({
    class_name: 'Conv2D',
    config: {
      name,
      filters,
      kernel_size: [3, 3],
      strides: [stride, stride],
      padding: 'same',
      data_format: 'channels_last',
      activation: 'relu',
      use_bias: true,
    },
  }));
  first.config.batch_input_shape = [null, size, size, 3];
  first.config.dtype = 'float32';
  const layers = [
    first,
    ...rest,
    { class_name: 'GlobalAveragePooling2D', config: { name: 'pooled', data_format: 'channels_last' } },
    { class_name: 'Dense', config: { name: 'head', units: classes, activation: 'softmax', use_bias: true } },
  ];
  return {
    format: 'layers-model',
    modelTopology: {
      keras_version: '2.2.4',
      backend: 'tensorflow',
      model_config: { class_name: 'Sequential', config: { name: 'shapes', layers } },
    },
  };
}
