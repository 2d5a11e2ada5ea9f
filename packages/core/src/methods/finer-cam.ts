import { GradcamError } from '../errors.ts';
import type { GradientMethod } from '../method.ts';
import type { Sample, Target } from '../target.ts';
import { contrastTarget } from '../targets/contrast.ts';
import { gradCam } from './grad-cam.ts';

const RIVALS = 3;
const STRENGTH = 0.6;

/** The class scores nearest to that of `index`, itself excluded. */
export function rivalsOf({ output: { data } }: Sample, index: number): number[] {
  const far = (other: number): number => Math.abs((data[other] ?? 0) - (data[index] ?? 0));
  return Array.from(data.keys())
    .filter((other) => other !== index)
    .toSorted((a, b) => far(a) - far(b))
    .slice(0, RIVALS);
}

function finer(target: Target): Target {
  const settle = (sample: Sample): Target => {
    const settled = target.settle?.(sample) ?? target;
    const index = settled.classOf?.(sample);
    if (index === undefined)
      throw new GradcamError(
        'bad-target',
        `"${target.name}" is about no class; Finer-CAM expects one to tell from its rivals`,
      );
    return contrastTarget(index, rivalsOf(sample, index), STRENGTH);
  };
  return { name: `${target.name}, finer`, settle, evaluate: (sample) => settle(sample).evaluate(sample) };
}

/** Finer-CAM: Grad-CAM of y_c - 0.6 mean(y_i) over the three classes i whose scores are nearest to y_c: what tells c from its rivals. */
export const finerCam: GradientMethod = {
  ...gradCam,
  name: 'finer-cam',
  title: 'Finer-CAM',
  paper: 'Zhang et al. 2025 (arXiv 2501.11309)',
  cost: '1 forward, 1 pull',
  peers: 'pytorch-grad-cam FinerCAM, torch-cam FinerCAM',
  differs:
    "torch-cam's target: the plain mean over the rivals times 0.6; pytorch-grad-cam weighs them by their probabilities, which `compat` does too",
  retarget: finer,
};
