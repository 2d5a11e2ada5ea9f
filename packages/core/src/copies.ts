import { pictureOf, replacedPicture } from './inputs.ts';
import type { Inputs, Model } from './model.ts';
import type { Tensor } from './tensor.ts';

/** A changed copy of the inputs whose map can be laid back on the original's. */
export interface Copy {
  /** For people: "as it is", "flipped, x 0.9". */
  readonly name: string;
  readonly inputs: Inputs;
  /** A map of the copy as a map of the original. */
  readonly back: (map: Tensor) => Tensor;
}

/** Each row along the last axis turned around. */
function flipped({ data, dims }: Tensor): Tensor {
  const width = dims.at(-1) ?? 1;
  return { data: data.map((_, at) => data[at - (at % width) + (width - 1 - (at % width))] ?? 0), dims };
}

/** What the picture is multiplied by, as fed; the true picture first. */
const FACTORS = [1, 0.9, 1.1];

/** The only copy where nothing is smoothed. */
export const asItIs = (inputs: Inputs): Copy => ({ name: 'as it is', inputs, back: (map) => map });

/**
 * The six copies of augmentation smoothing (Gildenblat's test-time augmentation): as it is and mirrored left to right, each as fed and times
 * 0.9 and 1.1. Signals with a single axis are not mirrored: time has a direction. The first is the original.
 */
export function copiesOf(model: Model, inputs: Inputs): readonly Copy[] {
  const { name, tensor } = pictureOf(model, inputs);
  const plain = asItIs(inputs);
  const others: Copy[] = [];
  for (const mirrored of tensor.dims.length > 3 ? [false, true] : [false]) {
    const picture = mirrored ? flipped(tensor) : tensor;
    for (const factor of FACTORS) {
      if (!mirrored && factor === 1) continue;
      const changed = { data: picture.data.map((value) => value * factor), dims: picture.dims };
      others.push({
        name: `${mirrored ? 'flipped' : 'as it is'}, x ${factor}`,
        inputs: replacedPicture(inputs, name, changed),
        back: mirrored ? flipped : plain.back,
      });
    }
  }
  return [plain, ...others];
}
