import { type Rule, refusing } from '../rule.ts';

const LAYOUT =
  'ONNX Runtime wrote it for the memory layout of one machine; use the model before that optimisation (level "extended" at most)';
const LOOKUP = 'ids are looked up in it, and no gradient leads to ids; choose a tensor behind it';
const CACHE = 'attention over a cache of past keys has no gradient rule; export the model without a cache';
const TRAINED = 'it belongs to training; export the model for inference';

const microsoft = 'com.microsoft';

/** Operators that are known and have no rule, each with its reason. */
const REFUSED: readonly (readonly [domain: string, ops: readonly string[], reason: string])[] = [
  [
    'com.microsoft.nchwc',
    [
      'Conv',
      'MaxPool',
      'AveragePool',
      'GlobalMaxPool',
      'GlobalAveragePool',
      'Upsample',
      'ReorderInput',
      'ReorderOutput',
    ],
    LAYOUT,
  ],
  [microsoft, ['NhwcConv', 'NhwcFusedConv', 'NhwcMaxPool', 'NhwcAveragePool'], LAYOUT],
  [
    'com.ms.internal.nhwc',
    [
      'Conv',
      'ConvTranspose',
      'FusedConv',
      'MaxPool',
      'AveragePool',
      'GlobalAveragePool',
      'GlobalMaxPool',
      'BatchNormalization',
      'InstanceNormalization',
      'Resize',
      'QLinearConv',
      'LRN',
      'DepthToSpace',
      'SpaceToDepth',
      'GridSample',
    ],
    LAYOUT,
  ],
  [microsoft, ['EmbedLayerNormalization', 'GatherBlockQuantized'], LOOKUP],
  [
    microsoft,
    [
      'GroupQueryAttention',
      'DecoderMaskedMultiHeadAttention',
      'DecoderMaskedSelfAttention',
      'DecoderAttention',
      'SparseAttention',
      'PagedAttention',
    ],
    CACHE,
  ],
  [
    microsoft,
    [
      'QAttention',
      'QOrderedAttention',
      'LongformerAttention',
      'PackedAttention',
      'PackedMultiHeadAttention',
      'QEmbedLayerNormalization',
    ],
    'this form of attention has no gradient rule yet; export the model without that fusion',
  ],
  [microsoft, ['BiasDropout', 'BitmaskDropout', 'BitmaskBiasDropout'], TRAINED],
];

export const refused: readonly Rule[] = REFUSED.flatMap((row) => refusing(...row));
