import type { ProbeMethod } from '../method.ts';

const STEPS = 32;

/**
 * Integrated Gradients: sum over the picture's channels of X * mean of dy/dX along the straight way from zero (after preprocessing the
 * mean picture) to X, by the midpoint rule with 32 steps. The map adds up to y(X) - y(0), as nearly as the steps allow.
 */
export const integratedGradients: ProbeMethod = {
  kind: 'probe',
  name: 'integrated-gradients',
  title: 'Integrated Gradients',
  paper: 'Sundararajan et al. 2017, equations 1 and 3 (arXiv 1703.01365)',
  cost: `1 forward, ${STEPS} forwards with backward`,
  peers: 'captum IntegratedGradients, xplique IntegratedGradients',
  at: 'input',
  gradient: true,
  explain: async ({ activation: { data, positions }, budget, gradients }) => {
    const steps = Math.min(STEPS, budget);
    const map = new Float64Array(positions);
    const along = (step: number, values: Float32Array): void =>
      values.forEach((value, i) => {
        values[i] = (value * (step + 0.5)) / steps;
      });
    await gradients(steps, along, (gradient) =>
      gradient.data.forEach((g, at) => {
        const i = at % positions;
        map[i] = (map[i] ?? 0) + (g * (data[at] ?? 0)) / steps;
      }),
    );
    return { map };
  },
};
