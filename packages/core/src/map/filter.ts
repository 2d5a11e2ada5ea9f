import { GradcamError } from '../errors.ts';

/** Weight at distance `x` from the sample point, in source cells, zero beyond `support`. */
export interface Kernel {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const triangle: Kernel = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

// Keys 1981, equation 4, with a = -0.5 (the one of third order; Pillow's choice, while torch and OpenCV take -0.75).
const cubic: Kernel = {
  support: 2,
  weight: (signed) => {
    const x = Math.abs(signed);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

const lanczos3: Kernel = { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) };

const kernels: Readonly<Record<Filter, Kernel | null>> = {
  nearest: null,
  bilinear: triangle,
  'bilinear-corners': triangle,
  bicubic: cubic,
  lanczos3,
};

/**
 * How values between cells are found. All but `bilinear-corners` use half-pixel centres (cell i sits at i + 1/2), and near the edge
 * weights that fall outside are dropped and the rest made to sum to 1, as Pillow does.
 *
 * | filter | equal to |
 * |---|---|
 * | `nearest` | Pillow NEAREST, torch `nearest-exact` |
 * | `bilinear` | torch `align_corners=False`, OpenCV INTER_LINEAR; with `antialias` Pillow BILINEAR |
 * | `bilinear-corners` | torch `align_corners=True`: the corner cells land on the corners |
 * | `bicubic` | Pillow BICUBIC (a = -0.5) when enlarging; overshoots the range |
 * | `lanczos3` | Pillow LANCZOS when enlarging; overshoots the range |
 */
export type Filter = 'nearest' | 'bilinear' | 'bilinear-corners' | 'bicubic' | 'lanczos3';

/** Every filter's name. */
export const filters: readonly Filter[] = Object.keys(kernels) as Filter[];

/** The kernel of a filter, null for `nearest`. @throws GradcamError `bad-option` for an unknown name */
export function kernelOf(filter: Filter): Kernel | null {
  if (!Object.hasOwn(kernels, filter)) {
    throw new GradcamError('bad-option', `unknown filter "${filter}"; expected ${filters.join(', ')}`);
  }
  return kernels[filter];
}
