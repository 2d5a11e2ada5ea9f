import { readFile } from 'node:fs/promises';
import { GradcamError, type Pixels, type Port, type Size, sampleOf, type Tensor, tensorToPixels } from '@gradcam/core';
import { fileReason } from './exit.ts';
import type { Feed } from './feed.ts';
import type { InputFile } from './input-files.ts';
import { readNpy } from './npy.ts';

/** A .npy file, fed as it is. @throws GradcamError `bad-input` */
export async function arrayFeed(port: Port, file: InputFile): Promise<Feed> {
  const bytes = await readFile(file.path).catch((error: unknown) => {
    throw new GradcamError('bad-input', `cannot read ${file.shown}: ${fileReason(error)}; give a readable .npy file`);
  });
  const array = readNpy(bytes, file.shown);
  const tensor = port.channelsLast ? channelsFirst(array) : array;
  const [, ...wanted] = port.dims;
  if (tensor.dims.length !== port.dims.length || wanted.some((dim, i) => dim !== null && dim !== tensor.dims[i + 1])) {
    const own = port.channelsLast ? [...wanted.slice(1), ...wanted.slice(0, 1)] : wanted;
    const said = ['N', ...own.map((dim) => dim ?? 'any')].join(', ');
    throw new GradcamError(
      'bad-input',
      `${file.shown} has dims [${array.dims.join(', ')}]; expected [${said}], the batch first and the rest as the model's file has it; transpose or resize the array`,
    );
  }
  const [height = 1, width = 1] = tensor.dims.length >= 4 ? tensor.dims.slice(-2) : [1, tensor.dims.at(-1)];
  const size = { width, height };
  return {
    tensor,
    size,
    preprocess: null,
    notices: [],
    frame: undefined,
    picture: (sample) => pixelsOf(tensor, sample, size),
  };
}

/** [N, ...space, C] to [N, C, ...space]. */
function channelsFirst({ data, dims }: Tensor): Tensor {
  const [batch = 0, ...rest] = dims;
  const channels = rest.at(-1) ?? 1;
  const positions = batch === 0 ? 0 : data.length / batch / channels;
  const turned = new Float32Array(data.length);
  for (let sample = 0; sample < batch; sample++) {
    for (let i = 0; i < positions * channels; i++) {
      const [position, channel] = [Math.floor(i / channels), i % channels];
      turned[(sample * channels + channel) * positions + position] = data[sample * positions * channels + i] ?? 0;
    }
  }
  return { data: turned, dims: [batch, channels, ...rest.slice(0, -1)] };
}

/** [N, C, H, W] as it is; of other dims what can be seen as one: a signal is one line, a volume its first slice. */
function pixelsOf(tensor: Tensor, sample: number, { width, height }: Size): Pixels {
  const { data } = sampleOf(tensor, sample);
  const channels = tensor.dims.length >= 3 ? (tensor.dims[1] ?? 1) : 1;
  const [area, step] = [width * height, data.length / channels];
  const shown = Float32Array.from(
    { length: channels * area },
    (_, i) => data[Math.floor(i / area) * step + (i % area)] ?? 0,
  );
  return tensorToPixels({ data: shown, dims: [1, channels, height, width] });
}
