import { type ErrorCode, GradcamError } from '@gradcam/core';
import { AutodiffError, type AutodiffErrorCode } from '@gradcam/onnx-autodiff';

const codes: Record<AutodiffErrorCode, ErrorCode> = {
  'bad-model': 'bad-model',
  'unsupported-model': 'unsupported-model',
  'unknown-tensor': 'unknown-layer',
  'off-path': 'layer-off-path',
  'no-gradient': 'no-gradient',
  'bad-option': 'bad-option',
};

/** What the gradient graph refused, in the words of core. */
export function translated<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof AutodiffError) throw new GradcamError(codes[error.code], error.message, { cause: error });
    throw error;
  }
}
