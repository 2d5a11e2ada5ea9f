import type { Heatmap, Tensor } from '@gradcam/core';
import sharp from 'sharp';
import type { Feed } from './feed.ts';
import { drawn, heatmapAt, laidOver } from './heat.ts';
import type { InputFile } from './input-files.ts';
import { type Pixels, readPicture } from './picture-file.ts';
import type { Preprocess } from './preprocess.ts';
import type { Notice } from './result.ts';

/** A picture file as the model wants it. @throws GradcamError `bad-picture` */
export async function pictureFeed(file: InputFile, preprocess: Preprocess, notices: readonly Notice[]): Promise<Feed> {
  const picture = await readPicture(file);
  const { width, height } = preprocess;
  return {
    tensor: tensorOf(await fitted(picture, preprocess), preprocess),
    size: { width, height },
    preprocess,
    notices,
    heatmap: (map) => heatmapAt(map, { width, height }),
    overlay: (heatmap) => laidOver(picture, onPicture(heatmap, picture, preprocess)),
  };
}

async function fitted({ data, width, height }: Pixels, to: Preprocess): Promise<Uint8Array> {
  const fit = to.fit === 'stretch' ? 'fill' : to.fit;
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(to.width, to.height, { fit, background: 'black' })
    .raw()
    .toBuffer();
}

/** Pixels [H, W, RGB] to [1, C, H, W]. */
function tensorOf(rgb: Uint8Array, { width, height, colours, scale, mean, std }: Preprocess): Tensor {
  const area = width * height;
  const channels = colours === 'gray' ? 1 : 3;
  const data = new Float32Array(channels * area);
  for (let channel = 0; channel < channels; channel++) {
    const from = colours === 'bgr' ? 2 - channel : channel;
    const [shift = 0, divisor = 1] = [mean[channel] ?? mean[0], std[channel] ?? std[0]];
    for (let i = 0; i < area; i++) {
      const [r = 0, g = 0, b = 0] = rgb.subarray(3 * i, 3 * i + 3);
      // ITU-R 601, as Pillow turns colours to grey.
      const pixel = colours === 'gray' ? 0.299 * r + 0.587 * g + 0.114 * b : (rgb[3 * i + from] ?? 0);
      data[channel * area + i] = (pixel * scale - shift) / divisor;
    }
  }
  return { data, dims: [1, channels, height, width] };
}

/** The heatmap at the picture's own size; zero where the model did not see it. */
function onPicture(heatmap: Heatmap, picture: Pixels, { fit }: Preprocess): Heatmap {
  const [across, down] = [heatmap.width / picture.width, heatmap.height / picture.height];
  const scale = fit === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const [sx, sy] = fit === 'stretch' ? [across, down] : [scale, scale];
  const [left, top] = [(heatmap.width - picture.width * sx) / 2, (heatmap.height - picture.height * sy) / 2];
  return drawn(heatmap, picture, (x, y) => [x * sx + left, y * sy + top]);
}
