import { GradcamError } from '@gradcam/core';
import type { NetworkInput } from './network.ts';

/** @throws GradcamError `unsupported-model` for strings and other types that a picture cannot be turned into */
export function inputType(name: string, dtype: string): NetworkInput['type'] {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new GradcamError(
    'unsupported-model',
    `tfjs: input ${name} is of type ${dtype}; expected a number type, this model cannot be fed with pictures`,
  );
}
