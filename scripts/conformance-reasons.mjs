// Why a backend lies more than 1e-5 from PyTorch: a named mask flip, a kernel of the runtime, the precision of the file.
const half = 'the file stores and computes float16, whose rounding is 5e-4; expected within 2e-3';
const integers =
  'activations are rounded to 1/255 of their range; the number is 1 - correlation with the float network';

export const reasons = [
  { network: 'float16', backend: 'onnxruntime', reason: half },
  { network: 'quantised (QDQ)', backend: 'onnxruntime', reason: integers },
];
