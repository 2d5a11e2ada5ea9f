import { GradcamError, type Tensor } from '@gradcam/core';
import { type Tensor as TfTensor, tensor, transpose } from '@tensorflow/tfjs-core';

type DType = 'float32' | 'int32' | 'bool';

/** Whether the channels of a value are its last axis in the model and its second outside. */
export type ChannelsLast = boolean;

/**
 * A tensor on the device in the model's own layout. Belongs to the caller's scope.
 * @throws GradcamError `bad-input` when a value has no exact counterpart in an integer type
 */
export function toDevice(name: string, { data, dims }: Tensor, type: DType, channelsLast: ChannelsLast): TfTensor {
  const value = tensor(type === 'float32' ? data : whole(name, data, type), [...dims], type);
  return channelsLast ? transpose(value, [0, ...dims.slice(2).map((_, i) => i + 2), 1]) : value;
}

/** What a device tensor holds, channels first. Temporary tensors are gone when the promise settles, the given one is not. */
export async function fromDevice(value: TfTensor, channelsLast: ChannelsLast): Promise<Tensor> {
  const last = value.shape.length - 1;
  const seen = channelsLast ? transpose(value, [0, last, ...value.shape.slice(1, -1).map((_, i) => i + 1)]) : value;
  try {
    const data = await seen.data();
    return { data: data instanceof Float32Array ? data : Float32Array.from(data), dims: [...seen.shape] };
  } finally {
    if (seen !== value) seen.dispose();
  }
}

function whole(name: string, data: Float32Array, type: 'int32' | 'bool'): Int32Array | Uint8Array {
  const [low, high] = type === 'bool' ? [0, 1] : [-(2 ** 31), 2 ** 31 - 1];
  const wrong = data.find((value) => !Number.isInteger(value) || value < low || value > high);
  if (wrong !== undefined) {
    throw new GradcamError(
      'bad-input',
      `tfjs: input ${name} wants ${type} values (whole numbers from ${low} to ${high}), got ${wrong}; do not scale the picture for this model`,
    );
  }
  return type === 'bool' ? Uint8Array.from(data) : Int32Array.from(data);
}
