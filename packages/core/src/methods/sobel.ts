import { GradcamError } from '../errors.ts';
import type { ActivationMethod } from '../method.ts';

/** ITU-R 601, as OpenCV turns colours to grey; plain means for other numbers of channels. */
const GREY = [0.299, 0.587, 0.114];

/** The cell as far inside as `at` is outside, the border not repeated. */
function mirrored(at: number, side: number): number {
  if (side === 1) return 0;
  const within = Math.abs(at);
  return within < side ? within : 2 * (side - 1) - within;
}

/**
 * Sobel: abs(dX/dx) / 2 + abs(dX/dy) / 2 of the grey picture by 3 x 3 Sobel kernels, no model asked. A control: a method that looks like this
 * found edges, not reasons.
 */
export const sobel: ActivationMethod = {
  kind: 'activation',
  name: 'sobel',
  title: 'Sobel edges',
  paper: 'a control, no paper',
  cost: '1 forward',
  peers: 'pytorch-grad-cam sobel_cam (rounded to 8 bits there)',
  differs: 'rounded to 8 bits in pytorch-grad-cam',
  at: 'input',
  ignoresTarget: true,
  explain: ({ data, channels, space, positions }) => {
    const [height, width] = space;
    if (!height || !width || space.length > 2)
      throw new GradcamError('bad-input', `Sobel expects a picture [C, H, W]; its space is [${space}]`);
    const grey = Float64Array.from({ length: positions }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < channels; k++)
        sum += (channels === 3 ? (GREY[k] ?? 0) : 1 / channels) * (data[k * positions + i] ?? 0);
      return sum;
    });
    const at = (y: number, x: number): number => grey[mirrored(y, height) * width + mirrored(x, width)] ?? 0;
    const map = Float64Array.from({ length: positions }, (_, i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      // 1 2 1 along one axis, -1 0 1 along the other.
      const side = (dx: number): number => at(y - 1, x + dx) + 2 * at(y, x + dx) + at(y + 1, x + dx);
      const level = (dy: number): number => at(y + dy, x - 1) + 2 * at(y + dy, x) + at(y + dy, x + 1);
      return (Math.abs(side(1) - side(-1)) + Math.abs(level(1) - level(-1))) / 2;
    });
    return { map };
  },
};
