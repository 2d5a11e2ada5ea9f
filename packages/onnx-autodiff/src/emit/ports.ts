import type { Fact } from '../graph/types.ts';
import { numberOf } from '../wire/schema.ts';
import type { Writer } from '../wire/writer.ts';
import { writeValueInfo } from './value-info.ts';

type Ports = readonly (readonly [name: string, fact: Fact])[];

/** Adds inputs and outputs to a patch. */
export function writePorts(patch: Writer, inputs: Ports, outputs: Ports): void {
  for (const [name, fact] of inputs) patch.message(numberOf('Graph', 'input'), (to) => writeValueInfo(to, name, fact));
  for (const [name, fact] of outputs)
    patch.message(numberOf('Graph', 'output'), (to) => writeValueInfo(to, name, fact));
}
