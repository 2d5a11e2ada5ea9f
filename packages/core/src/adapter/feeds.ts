import { GradcamError } from '../errors.ts';
import type { Inputs, Port } from '../model.ts';
import type { Tensor } from '../tensor.ts';

/** The inputs by name, each checked against its port, and how many samples they hold. */
export interface Feeds {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly batch: number;
}

const said = (dims: readonly (number | null)[]): string => `[${dims.map((dim) => dim ?? 'any').join(', ')}]`;

function checkDims(backend: string, port: Port, dims: readonly number[]): void {
  const fits =
    dims.length === port.dims.length &&
    dims.every((dim, axis) => axis === 0 || port.dims[axis] === null || port.dims[axis] === dim);
  if (fits && (dims[0] ?? 1) > 0) return;
  const wanted = said(port.dims.map((dim, axis) => (axis === 0 ? null : dim)));
  throw new GradcamError(
    'bad-input',
    `${backend}: input ${port.name} has dims ${said(dims)}; expected ${wanted} (batch first, channels first), resize or convert the picture to that`,
  );
}

/**
 * @throws GradcamError `bad-input` for a missing or unknown name, wrong dims, or batches of different length
 */
export function feedsOf(backend: string, ports: readonly Port[], inputs: Inputs | undefined): Feeds {
  const names = ports.map((port) => port.name).join(', ');
  let tensors: ReadonlyMap<string, Tensor>;
  if (inputs instanceof Map) tensors = inputs;
  else if (ports.length === 1 && inputs) tensors = new Map([[ports[0]?.name ?? '', inputs as Tensor]]);
  else
    throw new GradcamError(
      'bad-input',
      `${backend}: the model has ${ports.length} inputs (${names}); expected a map that names a tensor for each`,
    );
  for (const name of tensors.keys()) {
    if (!ports.some((port) => port.name === name))
      throw new GradcamError('bad-input', `${backend}: the model has no input ${name}; expected ${names}`);
  }
  const batches = new Set<number>();
  for (const port of ports) {
    const tensor = tensors.get(port.name);
    if (!tensor)
      throw new GradcamError(
        'bad-input',
        `${backend}: input ${port.name} is missing; expected a tensor ${said(port.dims)} of ${port.type}`,
      );
    checkDims(backend, port, tensor.dims);
    batches.add(tensor.dims[0] ?? 1);
  }
  if (batches.size > 1)
    throw new GradcamError(
      'bad-input',
      `${backend}: the inputs hold ${[...batches].join(' and ')} samples; expected the same number in each`,
    );
  return { tensors, batch: [...batches][0] ?? 1 };
}
