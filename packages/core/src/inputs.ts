import { GradcamError } from './errors.ts';
import { sampleOf } from './features.ts';
import type { Inputs, Model } from './model.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** The tensor that is the picture: the lone one, or the first the model lists that was given. */
export function pictureOf(model: Model, inputs: Inputs): { readonly name: string; readonly tensor: Tensor } {
  const [first] = model.inputs;
  if (!(inputs instanceof Map)) return { name: first?.name ?? '', tensor: inputs as Tensor };
  for (const { name } of model.inputs) {
    const tensor = (inputs as ReadonlyMap<string, Tensor>).get(name);
    if (tensor) return { name, tensor };
  }
  throw new GradcamError(
    'bad-input',
    `the inputs name none of the model's; expected ${model.inputs.map(({ name }) => name).join(', ')}`,
  );
}

function position(index: number, dims: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (const dim of dims.toReversed()) {
    place.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return `[${place.join(', ')}]`;
}

/** @throws GradcamError `bad-input` when any value is NaN or infinite: how many, and where the first one is */
export function checkInputs(model: Model, inputs: Inputs): void {
  const all =
    inputs instanceof Map
      ? (inputs as ReadonlyMap<string, Tensor>)
      : new Map([[pictureOf(model, inputs).name, inputs as Tensor]]);
  for (const [name, { data, dims }] of all) {
    const first = data.findIndex((value) => !Number.isFinite(value));
    if (first === -1) continue;
    const count = data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    throw new GradcamError(
      'bad-input',
      `${count} of ${data.length} values of ${name} are not finite (${data[first]} at ${position(first, dims)}); expected numbers; look at the preprocessing`,
    );
  }
}

/** One sample of every input as a batch of one; a batch of one belongs to all samples. */
export function inputsOf(inputs: Inputs, index: number): Inputs {
  const one = (tensor: Tensor): Tensor => {
    const { data, dims } = sampleOf(tensor, tensor.dims[0] === 1 ? 0 : index);
    return { data, dims: [1, ...dims] };
  };
  if (!(inputs instanceof Map)) return one(inputs as Tensor);
  return new Map([...(inputs as ReadonlyMap<string, Tensor>)].map(([name, tensor]) => [name, one(tensor)]));
}

/** The inputs with another picture of the same batch. */
export function replacedPicture(inputs: Inputs, name: string, picture: Tensor): Inputs {
  return inputs instanceof Map ? new Map([...(inputs as ReadonlyMap<string, Tensor>), [name, picture]]) : picture;
}

/** One sample's inputs `count` times over, with `picture` [count, ...] in place of the picture. */
export function withPicture(inputs: Inputs, name: string, picture: Tensor): Inputs {
  if (!(inputs instanceof Map)) return picture;
  const count = picture.dims[0] ?? 1;
  const repeat = ({ data, dims }: Tensor): Tensor => {
    const repeated = new Float32Array(count * sizeOf(dims));
    for (let i = 0; i < count; i++) repeated.set(data, i * data.length);
    return { data: repeated, dims: [count, ...dims.slice(1)] };
  };
  return new Map(
    [...(inputs as ReadonlyMap<string, Tensor>)].map(([key, tensor]) => [key, key === name ? picture : repeat(tensor)]),
  );
}
