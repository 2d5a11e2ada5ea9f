import { readFile } from 'node:fs/promises';
import { GradcamError, type Port, type Tensor } from '@gradcam/core';
import { fileReason } from './exit.ts';
import type { Feed } from './feed.ts';
import { heatmapAt, laidOver } from './heat.ts';
import type { InputFile } from './input-files.ts';
import { readNpy } from './npy.ts';
import type { Pixels } from './picture-file.ts';

/** A .npy file, fed as it is. @throws GradcamError `bad-input` */
export async function arrayFeed(port: Port, file: InputFile): Promise<Feed> {
  const bytes = await readFile(file.path).catch((error: unknown) => {
    throw new GradcamError('bad-input', `cannot read ${file.shown}: ${fileReason(error)}; give a readable .npy file`);
  });
  const array = readNpy(bytes, file.shown);
  const tensor = port.channelsLast ? channelsFirst(array) : array;
  if (tensor.dims.length !== port.dims.length) {
    throw new GradcamError(
      'bad-input',
      `${file.shown} has dims [${array.dims.join(', ')}]; expected ${port.dims.length} dims, the batch first: [${port.dims.map((dim, axis) => dim ?? (axis === 0 ? 'N' : 'any')).join(', ')}]`,
    );
  }
  const [height = 1, width = 1] = tensor.dims.length >= 4 ? tensor.dims.slice(-2) : [1, tensor.dims.at(-1)];
  const size = { width, height };
  return {
    tensor,
    size,
    preprocess: null,
    notices: [],
    heatmap: (map) => heatmapAt(map, size),
    overlay: (heatmap, sample) => laidOver(pixelsOf(tensor, sample, size), heatmap),
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

/** Numbers stretched to 0..255, their least black and their greatest white; colours where there are three channels, else the first as grey. */
function pixelsOf(
  { data, dims }: Tensor,
  sample: number,
  { width, height }: { width: number; height: number },
): Pixels {
  const area = width * height;
  const channels = dims.length >= 3 ? (dims[1] ?? 1) : 1;
  const values = data.subarray(sample * channels * area, (sample + 1) * channels * area);
  const min = values.reduce((a, b) => Math.min(a, b), Infinity);
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const pixels = new Uint8ClampedArray(area * 4);
  for (let i = 0; i < area; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = values[(channels === 3 ? colour : 0) * area + i] ?? 0;
      pixels[4 * i + colour] = max > min ? (255 * (value - min)) / (max - min) : 128;
    }
    pixels[4 * i + 3] = 255;
  }
  return { data: pixels, width, height };
}
