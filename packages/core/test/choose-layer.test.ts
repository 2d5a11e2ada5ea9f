import { describe, expect, it } from 'vitest';
import { chooseLayer, findLayer, type Layer } from '../src/index.ts';
import { layerNamed } from './layer.ts';

const map = (name: string, kind: string, more: Partial<Layer> = {}): Layer =>
  layerNamed(name, kind, [null, 8, 7, 7], more);
const input = map('input', 'input');
const blocked = { blocked: [{ node: 'loop', op: 'Loop', opset: 17, reason: 'a loop has no rule' }] };
const tokens = (name: string, kind: string): Layer =>
  map(name, kind, { dims: [null, 50, 64], grid: { kind: 'tokens', prefix: 1, height: 7, width: 7 } });

const KINDS =
  'conv2d depthwise_conv2d separable_conv2d conv2d_transpose batch_normalization activation re_lu add concatenate' +
  ' max_pooling2d average_pooling2d _FusedConv2D FusedDepthwiseConv2dNative DepthwiseConv2dNative FusedBatchNormV3 AddV2 ConcatV2 Relu6' +
  ' MaxPool AvgPool BiasAdd com.microsoft.FusedConv LeakyRelu HardSwish Clip QLinearAdd layer_normalization' +
  ' Conv ConvTranspose LRN conv1d conv3d Gelu Conv2DTranspose DepthwiseConv2D SeparableConv2D' +
  ' Conv2D GroupNormalization Concat PRelu Elu Mul';

describe('chooseLayer', () => {
  it.each([
    ['the last activation', [map('conv', 'Conv'), map('relu', 'Relu')], 'relu'],
    [
      'no pooled map of one position',
      [map('relu', 'Relu'), map('pool', 'GlobalAveragePool', { dims: [null, 8, 1, 1] })],
      'relu',
    ],
    ['no class map', [map('relu', 'Relu'), map('classes', 'Conv', { classMap: true })], 'relu'],
    ['nothing beside the path', [map('relu', 'Relu'), map('aux', 'Conv', { onPath: false })], 'relu'],
    ['nothing blocked', [map('relu', 'Relu', blocked), map('add', 'Add')], 'add'],
    [
      'no transpose or reshape behind it',
      [map('norm', 'BatchNormalization'), map('nhwc', 'Transpose'), map('id', 'Identity')],
      'norm',
    ],
    ['no gate', [map('mul', 'Mul'), map('gate', 'Sigmoid', { bypassed: true })], 'mul'],
    ['a quantised map', [map('conv', 'QuantizeLinear'), map('dq', 'DequantizeLinear')], 'dq'],
    ['a size that depends on the input', [map('relu', 'Relu', { dims: [null, 8, null, null] })], 'relu'],
    [
      'a volume',
      [map('conv', 'Conv', { dims: [null, 8, 2, 2, 2] }), map('mean', 'ReduceMean', { dims: [null, 8, 1, 1, 1] })],
      'conv',
    ],
    ['the tokens of a transformer, not its patch embedding', [map('stem', 'Conv'), tokens('norm', 'Add')], 'norm'],
    ['the map that a hybrid ends in', [tokens('norm', 'LayerNormalization'), map('conv', 'Conv')], 'conv'],
    ['no map that was only reshaped', [map('conv', 'Conv'), tokens('reshape', 'Reshape')], 'conv'],
    [
      'the sum behind a block, not what a residual path leads around',
      [tokens('sum', 'Add'), { ...tokens('values', 'Add'), bypassed: true }],
      'sum',
    ],
    ['tokens that paths lead around where there are no others', [{ ...tokens('add', 'Add'), bypassed: true }], 'add'],
    [
      'the concatenation, not a branch of the next block, which ends in one position',
      [
        map('mixed', 'Concat'),
        map('branch', 'Relu', { bypassed: true }),
        map('pooled', 'Concat', { dims: [null, 8, 1, 1] }),
      ],
      'mixed',
    ],
    [
      'no early map of another size for it',
      [map('stem', 'Relu', { dims: [null, 8, 14, 14] }), map('scale', 'Relu', { bypassed: true })],
      'scale',
    ],
    ['tokens where there is no map', [tokens('add', 'Add'), tokens('norm', 'LayerNormalization')], 'norm'],
    ['whatever map there is', [map('slice', 'Slice')], 'slice'],
  ] as const)('takes %s', (_what, layers, name) => {
    expect(chooseLayer([input, ...layers]).layer.name).toBe(name);
  });

  it.each(KINDS.split(' '))('knows %s as a feature map', (kind) => {
    expect(chooseLayer([input, map('features', kind), map('behind', 'Transpose')]).layer.name).toBe('features');
  });

  it('says why, and what else there is', () => {
    const choice = chooseLayer([input, map('a', 'Conv'), map('b', 'Relu')]);
    expect(choice.reason).toBe(
      'the last feature map with more than one position on the way to the score (Relu, 7 x 7)',
    );
    expect(choice.alternatives.map(({ name }) => name)).toEqual(['a']);
  });

  it('says so where it is not the very last', () => {
    const layers = [input, map('sum', 'Add'), map('branch', 'Relu', { bypassed: true })];
    expect(chooseLayer(layers).reason).toBe(
      'the last feature map with more than one position, around which no path leads, on the way to the score (Add, 7 x 7)',
    );
  });

  it('names every node in the way when nothing can be differentiated', () => {
    const layers = [input, map('relu', 'Relu', blocked)];
    expect(() => chooseLayer(layers)).toThrow(/loop \(Loop\): a loop has no rule/);
    expect(chooseLayer(layers, false).layer.name).toBe('relu');
    expect(() => chooseLayer([input])).toThrow(/no layer has positions/);
  });
});

describe('findLayer', () => {
  const layers = [map('a', 'Conv', { aliases: ['stage.conv', 'twin'] }), map('b', 'Relu', { aliases: ['twin'] })];
  it('takes names before aliases', () => {
    expect(findLayer(layers, 'stage.conv').name).toBe('a');
    expect(findLayer([...layers, map('twin', 'Add')], 'twin').kind).toBe('Add');
  });
  it('lists the candidates of an ambiguous alias', () => {
    expect(() => findLayer(layers, 'twin')).toThrow(/"twin" is 2 layers; expected one of a, b/);
  });
  it('suggests the closest, aliases included', () => {
    expect(() => findLayer(layers, 'stage.cnv')).toThrow(/did you mean "stage.conv"/);
    expect(() => findLayer(layers, 'something else')).toThrow(/expected one of a, b/);
  });
});
