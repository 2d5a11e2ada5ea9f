import { GradcamError } from '../errors.ts';
import { probabilities } from '../predict.ts';
import { argmax, checkClass, type Evaluation, type Sample, type Target } from '../target.ts';

/** A differentiable function of one class's logit and probability, by its value and its derivatives in both. */
type Curve = (
  logit: number,
  probability: number,
) => { readonly value: number; readonly byLogit: number; readonly byProbability: number };

/** Below this a probability's own slope p (1 - p) is lost in the rounding of float32. */
const FLAT = 1e-6;

/** y = curve(z_c, p_c); dp_c/dz_i = p_c ([i = c] - p_i) for a softmax, p_c (1 - p_c) [i = c] for sigmoids. */
function evaluate(sample: Sample, index: number, curve: Curve): Evaluation {
  checkClass(sample, index);
  const { output, score } = sample;
  const all = probabilities(sample);
  if (!all || score.kind !== 'logit') {
    throw new GradcamError(
      'bad-target',
      `${score.output} is ${score.kind === 'raw' ? "no classifier's score" : 'a probability already'}; expected logits; use the class target`,
    );
  }
  const p = all[index] ?? 0;
  const { value, byLogit, byProbability } = curve(output.data[index] ?? 0, p);
  const independent = score.activation === 'sigmoid' || output.data.length === 1;
  const slope = Float32Array.from(
    all,
    (other, i) => byProbability * p * ((i === index ? 1 : 0) - (independent ? (i === index ? p : 0) : other)),
  );
  slope[index] = (slope[index] ?? 0) + byLogit;
  const steepness = Math.abs(byLogit) + Math.abs(byProbability) * p * (1 - p);
  if (steepness >= FLAT) return { score: value, slope };
  return { score: value, slope, flat: `the probability of class ${index} is ${p.toPrecision(7)}` };
}

function curveTarget(name: string, index: number | 'top', curve: Curve): Target {
  if (index !== 'top') {
    return {
      name: `${name} of class ${index}`,
      classOf: () => index,
      evaluate: (sample) => evaluate(sample, index, curve),
    };
  }
  const settle = (sample: Sample): Target => curveTarget(name, argmax(sample.output.data), curve);
  return { name: `${name} of the top class`, settle, evaluate: (sample) => settle(sample).evaluate(sample) };
}

/** y = p_c, by the model's own softmax or sigmoid; `top` is each sample's own best. Its gradient fades where the model is sure. */
export function probabilityTarget(index: number | 'top'): Target {
  return curveTarget('probability', index, (_z, p) => ({ value: p, byLogit: 0, byProbability: 1 }));
}

/** y = log p_c: like the probability, without fading where the model is sure that it is not c. */
export function logProbabilityTarget(index: number | 'top'): Target {
  return curveTarget('log-probability', index, (_z, p) => ({ value: Math.log(p), byLogit: 0, byProbability: 1 / p }));
}

/** ReST: y = z_c + log p_c, the score and how it stands out (Cai 2025, ShapleyCAM, arXiv 2501.06261). */
export function restTarget(index: number | 'top'): Target {
  return curveTarget('ReST', index, (z, p) => ({ value: z + Math.log(p), byLogit: 1, byProbability: 1 / p }));
}
