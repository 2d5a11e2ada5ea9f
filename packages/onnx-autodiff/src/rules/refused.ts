import { type Rule, refusing } from './rule.ts';

const LOSS = 'it is a loss for training; choose the scores that it reads as what is differentiated';
const RECURRENT = 'recurrent networks have no gradient rule; choose a layer behind it';
const SIGNAL = 'Fourier transforms have no gradient rule; choose a layer behind it';
const SEQUENCE =
  'sequences of tensors have no gradient rule; choose a layer behind it, or export the model without them';
const CONTROL =
  'control flow has no gradient rule; choose a layer behind it, or export the model with the loop unrolled';

/** Operators of the standard domain that are known and have no rule, each with its reason. */
export const refusedStandard: readonly Rule[] = [
  ...refusing('', ['SoftmaxCrossEntropyLoss', 'NegativeLogLikelihoodLoss'], LOSS),
  ...refusing('', ['RNN', 'LSTM', 'GRU'], RECURRENT),
  ...refusing('', ['DFT', 'STFT'], SIGNAL),
  ...refusing(
    '',
    ['SequenceConstruct', 'SequenceInsert', 'SequenceErase', 'SequenceAt', 'SequenceMap', 'SplitToSequence'],
    SEQUENCE,
  ),
  ...refusing('', ['ConcatFromSequence', 'Optional', 'OptionalGetElement'], SEQUENCE),
  ...refusing('', ['Loop', 'Scan'], CONTROL),
  ...refusing('', ['Unique'], 'what it keeps depends on equal values; choose a layer behind it'),
  ...refusing('', ['DeformConv'], 'convolutions over moved points have no gradient rule; choose a layer behind it'),
  ...refusing('', ['MaxRoiPool'], 'pooling of regions has no gradient rule; choose a layer behind it'),
  ...refusing('', ['TensorScatter'], 'caches of past keys have no gradient rule; export the model without a cache'),
];
