/** A kind of target, for lists: the functions themselves are in `targets`. */
export interface TargetKind {
  /** As people speak of it: "class", "ReST". */
  readonly name: string;
  /** The function that makes it, with its arguments. */
  readonly call: string;
  readonly formula: string;
  /** Beyond the method's own cost. */
  readonly cost: string;
  /** What pytorch-grad-cam and others call it. */
  readonly peers: string;
}

const SAME = 'the same pass';
const PULL = '1 pull behind the layer';

/** Every built-in kind of target, z the score's logits, p its probabilities. */
export const targetKinds: readonly TargetKind[] = [
  {
    name: 'top class',
    call: "'top', classTarget('top')",
    formula: "z_c of the sample's best class; of a lone unit the side it decided for",
    cost: SAME,
    peers: 'pytorch-grad-cam targets=None, eli5 targets=None',
  },
  {
    name: 'class',
    call: 'index, classTarget(index)',
    formula: 'z_c',
    cost: SAME,
    peers: 'pytorch-grad-cam ClassifierOutputTarget, eli5 targets=[index], xplique one-hot',
  },
  {
    name: 'probability',
    call: 'probabilityTarget(index)',
    formula: 'p_c',
    cost: PULL,
    peers: 'pytorch-grad-cam ClassifierOutputSoftmaxTarget',
  },
  { name: 'log-probability', call: 'logProbabilityTarget(index)', formula: 'log p_c', cost: PULL, peers: 'none' },
  {
    name: 'ReST',
    call: 'restTarget(index)',
    formula: 'z_c + log p_c',
    cost: PULL,
    peers: 'pytorch-grad-cam ClassifierOutputReST',
  },
  {
    name: 'binary',
    call: 'binaryTarget(yes)',
    formula: 'z or -z of a lone unit',
    cost: PULL,
    peers: 'pytorch-grad-cam BinaryClassifierOutputTarget, tf-keras-vis BinaryScore',
  },
  {
    name: 'contrast',
    call: 'contrastTarget(index, others, strength)',
    formula: 'z_c - strength * mean of z_i over the others',
    cost: PULL,
    peers: 'torch-cam FinerCAM; of pytorch-grad-cam FinerWeightedTarget by the Finer-CAM method with `compat`',
  },
  {
    name: 'regression',
    call: "regressionTarget(index, 'up' | 'down')",
    formula: 'one output, or its negative',
    cost: PULL,
    peers: 'pytorch-grad-cam BinaryClassifierOutputTarget, as its maintainers advise',
  },
  {
    name: 'sum',
    call: 'sumTarget',
    formula: 'the sum of all outputs',
    cost: PULL,
    peers: 'pytorch-grad-cam RawScoresOutputTarget, which is summed',
  },
  {
    name: 'weighted sum of outputs',
    call: 'linearTarget(weights)',
    formula: 'sum_i weights_i z_i',
    cost: PULL,
    peers: 'any callable',
  },
  {
    name: 'weighted sum of targets',
    call: 'weightedTarget([[target, weight], ...])',
    formula: 'sum_j weight_j y_j',
    cost: PULL,
    peers: 'any callable',
  },
  {
    name: 'segmentation mask',
    call: 'segmentationTarget(index, mask)',
    formula: 'sum over positions of mask * z_c',
    cost: PULL,
    peers: 'pytorch-grad-cam SemanticSegmentationTarget',
  },
  {
    name: 'raw anchor',
    call: 'detectionTarget({ anchor, axis, values })',
    formula: 'the sum of some numbers of one anchor: a class score, an objectness, a box',
    cost: PULL,
    peers: "xplique's detection operators",
  },
  {
    name: 'detected boxes',
    call: 'boxesTarget({ boxes, labels, scores }, wanted)',
    formula: 'sum over wanted boxes of overlap + score, where the overlap is above a half and the label the same',
    cost: PULL,
    peers: 'pytorch-grad-cam FasterRCNNBoxScoreTarget',
  },
  {
    name: 'embedding similarity',
    call: 'similarityTarget(reference)',
    formula: 'the cosine of the output and a reference',
    cost: PULL,
    peers: 'any callable',
  },
  {
    name: 'any function',
    call: '{ name, evaluate: (sample) => ({ score, slope }) }',
    formula: 'yours, with its slope',
    cost: PULL,
    peers: 'any callable',
  },
];
