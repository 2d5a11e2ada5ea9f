import { AutodiffError } from '../errors.ts';
import type { Message } from '../wire/schema.ts';

/** Contents of the files that weights are kept in, by the name that the model gives: a path from the model's folder. */
export type ExternalData = ReadonlyMap<string, Uint8Array>;

/** Where a tensor's data stand outside of the model file. https://onnx.ai/onnx/repo-docs/ExternalData.html */
export interface ExternalTensor {
  readonly tensor: string;
  readonly location: string;
  readonly offset: number;
  /** undefined: to the end of the file. */
  readonly length: number | undefined;
}

/** TensorProto.DataLocation */
const EXTERNAL = 1;

/** A path that stays in the folder on every system: no root, no drive, no scheme, no step upwards, no backslash, no control character. */
function staysInside(location: string): boolean {
  const harmless = Array.from(location).every((letter) => letter >= ' ' && !'\\:\u007f'.includes(letter));
  // "." means nothing, but onnxruntime-node then finds no such file; empty parts are a leading, trailing or doubled slash; spaces at an end are cut off by some systems
  return (
    harmless &&
    location.split('/').every((part) => part !== '..' && part !== '.' && part !== '' && part.trim() === part)
  );
}

function wholeNumber(text: string | undefined, what: string, tensor: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new AutodiffError(
      'bad-model',
      `tensor ${tensor} has the ${what} "${text}"; expected a whole number, the file is damaged`,
    );
  return value;
}

/** @throws AutodiffError `bad-model` for a place outside of the model's folder, by whatever spelling */
function externalTensor(tensor: Message<'Tensor'>): ExternalTensor | undefined {
  if (tensor.dataLocation !== EXTERNAL) return undefined;
  const name = tensor.name || 'without a name';
  const entries = new Map(tensor.externalData.map(({ key = '', value = '' }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (!staysInside(location)) {
    throw new AutodiffError(
      'bad-model',
      `tensor ${name} keeps its data at ${JSON.stringify(location)}; expected a file beside the model or in a folder below, nothing else is read`,
    );
  }
  return {
    tensor: name,
    location,
    offset: wholeNumber(entries.get('offset'), 'offset', name) ?? 0,
    length: wholeNumber(entries.get('length'), 'length', name),
  };
}

/** Every tensor that is kept outside, those in attributes and subgraphs too. */
export function externalTensors(
  nodes: readonly Message<'Node'>[],
  initializers: readonly Message<'Tensor'>[],
): ExternalTensor[] {
  const inAttributes = nodes
    .flatMap((node) => node.attribute)
    .flatMap(({ t, g, graphs }) => [
      ...(t ? [externalTensor(t)] : []),
      ...[...(g ? [g] : []), ...graphs].flatMap((graph) => externalTensors(graph.node, graph.initializer)),
    ]);
  return [...initializers.map(externalTensor), ...inAttributes].filter((found) => found !== undefined);
}

/**
 * The bytes of a tensor that is kept outside; undefined where the file is not at hand.
 * @throws AutodiffError `bad-model` where the file is too short
 */
export function externalBytes(tensor: Message<'Tensor'>, data: ExternalData | undefined): Uint8Array | undefined {
  const place = externalTensor(tensor);
  const whole = place && data?.get(place.location);
  if (!place || !whole) return undefined;
  checkLength(place, whole);
  return whole.subarray(place.offset, place.length === undefined ? whole.length : place.offset + place.length);
}

/** @throws AutodiffError `bad-model` where a file is shorter than what is to be read from it */
export function checkLength({ tensor, location, offset, length = 0 }: ExternalTensor, whole: Uint8Array): void {
  if (offset + length <= whole.length) return;
  throw new AutodiffError(
    'bad-model',
    `tensor ${tensor} is at bytes ${offset} to ${offset + length} of ${location}, which has ${whole.length}; expected the file that belongs to the model, is it complete?`,
  );
}
