import { GradcamError } from '@gradcam/core';
import { type ExternalData, externalFiles } from '@gradcam/onnx-autodiff';
import { translated } from './errors.ts';

/** The files beside a model by name, or a function that reads one: it is only ever asked for names that stay in the model's folder. */
export type ExternalDataSource = ExternalData | ((file: string) => Uint8Array | Promise<Uint8Array>);

/**
 * All files that the model keeps weights in, read and checked for length before a runtime sees the model: given a model without them,
 * onnxruntime-node would look them up from wherever the process runs.
 * @throws GradcamError `bad-model` for a file that is missing, too short, or outside of the model's folder by any spelling
 */
export async function externalDataOf(bytes: Uint8Array, source: ExternalDataSource | undefined): Promise<ExternalData> {
  const files = translated(() => externalFiles(bytes));
  const data = new Map<string, Uint8Array>();
  for (const file of files.keys()) {
    const content = typeof source === 'function' ? await source(file) : source?.get(file);
    if (!content)
      throw new GradcamError(
        'bad-model',
        `the model keeps weights in ${[...files.keys()].join(', ')} beside it; expected its content in \`externalData\`, ${file} is missing`,
      );
    data.set(file, content);
  }
  translated(() => externalFiles(bytes, data));
  return data;
}
