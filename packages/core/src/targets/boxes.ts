import { GradcamError } from '../errors.ts';
import type { Sample, Target } from '../target.ts';
import type { Tensor } from '../tensor.ts';

/** Corners x0, y0, x1, y1, in the units of the model's boxes. */
export type Box = readonly [number, number, number, number];

/** A detection that is wanted again. */
export interface Detection {
  readonly box: Box;
  readonly label: number;
}

/** The names of a detector's outputs behind its non-maximum suppression, batch first: boxes [N, count, 4], labels and scores [N, count]. */
export interface DetectorOutputs {
  readonly boxes: string;
  readonly labels: string;
  readonly scores: string;
}

/** Boxes that overlap less are different objects. */
const OVERLAP = 0.5;

/** Intersection over union of a found box and a wanted one, and how it changes with the found one's corners. */
function overlapOf(found: Box, wanted: Box): { readonly value: number; readonly slope: readonly number[] } {
  const side = (axis: 0 | 1, box: Box): number => box[(axis + 2) as 2 | 3] - box[axis];
  const inner = ([0, 1] as const).map((axis) => {
    const end = axis === 0 ? 2 : 3;
    return Math.max(0, Math.min(found[end], wanted[end]) - Math.max(found[axis], wanted[axis]));
  });
  const [across = 0, down = 0] = inner;
  const shared = across * down;
  const whole = side(0, found) * side(1, found) + side(0, wanted) * side(1, wanted) - shared;
  if (shared === 0 || whole <= 0) return { value: 0, slope: [0, 0, 0, 0] };
  const slope = found.map((corner, at) => {
    const other = wanted[at] ?? 0;
    const sign = at < 2 ? -1 : 1;
    const isInner = at < 2 ? corner > other : corner < other;
    const byShared = isInner ? sign * (at % 2 === 0 ? down : across) : 0;
    const byArea = sign * side(at % 2 === 0 ? 1 : 0, found);
    return (byShared * whole - shared * (byArea - byShared)) / whole ** 2;
  });
  return { value: shared / whole, slope };
}

function named({ outputs }: Sample, name: string, values: number): Tensor {
  const tensor = outputs.get(name);
  if (tensor && (values === 1 || tensor.dims.at(-1) === values)) return tensor;
  throw new GradcamError(
    'bad-target',
    tensor
      ? `${name} has dims [N, ${tensor.dims.join(', ')}]; expected [N, count, ${values}], one box a row`
      : `the model has no output ${name}; expected one of ${[...outputs.keys()].join(', ')}`,
  );
}

/**
 * y = sum over the wanted detections of overlap + score of the found box that overlaps it most, 0 where that overlaps by half or less or has
 * another label: why these objects were found. The half is a step, so methods without gradients go with it. For raw anchors see
 * {@link detectionTarget}.
 * @throws GradcamError `bad-target`, when evaluated, for outputs of other names or shapes
 */
export function boxesTarget(names: DetectorOutputs, wanted: readonly Detection[], overlap: number = OVERLAP): Target {
  return {
    name: `${wanted.length} detections`,
    evaluate: (sample) => {
      const boxes = named(sample, names.boxes, 4);
      const [labels, scores] = [named(sample, names.labels, 1), named(sample, names.scores, 1)];
      const slopes = { boxes: new Float32Array(boxes.data.length), scores: new Float32Array(scores.data.length) };
      let score = 0;
      for (const { box, label } of wanted) {
        const overlaps = Array.from({ length: scores.data.length }, (_, i) =>
          overlapOf([...boxes.data.subarray(4 * i, 4 * i + 4)] as unknown as Box, box),
        );
        const best = overlaps.reduce((most, { value }, i) => (value > (overlaps[most]?.value ?? 0) ? i : most), 0);
        const found = overlaps[best];
        if (!found || found.value <= overlap || labels.data[best] !== label) continue;
        score += found.value + (scores.data[best] ?? 0);
        slopes.scores[best] = (slopes.scores[best] ?? 0) + 1;
        found.slope.forEach((by, corner) => {
          slopes.boxes[4 * best + corner] = (slopes.boxes[4 * best + corner] ?? 0) + by;
        });
      }
      return {
        score,
        slope: new Map([
          [names.boxes, slopes.boxes],
          [names.scores, slopes.scores],
        ]),
      };
    },
  };
}
