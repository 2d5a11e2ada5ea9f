import { GradcamError, type Model } from '@gradcam/onnx';
import { isModel } from '../file-kinds.ts';
import type { ModelInfo, Runtime } from '../protocol.ts';
import { type Notes, notesBeside } from './notes.ts';

/** A model as one of the formats opens it. */
export interface FromFile {
  readonly format: ModelInfo['format'];
  readonly model: Model;
  readonly notes: Notes;
}

export interface Opened extends FromFile {
  readonly name: string;
  readonly labels: readonly string[] | null;
}

const named = (files: readonly File[]): string => files.map(({ name }) => name).join(', ');

/** Of several model files none can be preferred. */
function only(models: readonly File[], files: readonly File[]): File {
  const [model, ...others] = models;
  if (model && others.length === 0) return model;
  throw new GradcamError(
    'bad-model',
    models.length > 1
      ? `these are ${models.length} models: ${named(models)}; expected one, with the files that belong to it`
      : `there is no model in ${named(files)}; expected a picture, a .onnx file, or a model.json of TensorFlow.js with its weight files${
          files.some(({ name }) => name.endsWith('.zip')) ? ': unpack the .zip, and drop what is in it' : ''
        }`,
  );
}

/**
 * The model among some files, with what the others say about it.
 * @throws GradcamError `bad-model`, and what the library throws
 */
export async function openModel(files: readonly File[], runtime: Runtime): Promise<Opened> {
  const file = only(files.filter(isModel), files);
  const beside = files.filter((one) => one !== file);
  const opened = /\.onnx$/i.test(file.name)
    ? await import('./open-onnx.ts').then(({ openOnnx }) => openOnnx(file, beside, runtime))
    : await import('./open-tfjs.ts').then(({ openTfjs }) => openTfjs(file, beside));
  const notes = { ...opened.notes, ...(await notesBeside(beside)) };
  return { ...opened, notes, name: file.name, labels: notes.labels ?? null };
}
