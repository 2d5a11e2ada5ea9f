import { methodNamed } from '@gradcam/onnx';
import type { Explained, ExplainRequest } from '../protocol.ts';
import { element } from './element.ts';
import { describeMethod } from './words.ts';

const select = (id: string): HTMLSelectElement => element(id, HTMLSelectElement);
const button = (id: string): HTMLButtonElement => element(id, HTMLButtonElement);

/** The controls as the request has them. */
export function showSettings({ method, layer, preparation }: ExplainRequest, explained: Explained | null): void {
  select('method').value = method;
  select('layer').value = layer ?? '';
  select('preparation').value = preparation;
  for (const id of ['save-picture', 'save-map']) button(id).disabled = explained === null;
  // a name from the address need not be one
  if (select('method').value !== method) return;
  select('layer').disabled = methodNamed(method).at === 'input';
  describeMethod(method);
}
