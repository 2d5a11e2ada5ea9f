import { isNote } from './worker/notes.ts';

/** A model's own file, not what belongs to it. */
export const isModel = (file: File): boolean => /\.(onnx|json)$/i.test(file.name) && !isNote(file);

/** Whether they leave the model that is open in place: nothing, or notes on it. */
export const onlyNotes = (files: readonly File[]): boolean => files.every(isNote);

export interface Sorted {
  readonly pictures: readonly File[];
  /** A model with what belongs to it, or notes on the one that is open. */
  readonly model: readonly File[];
}

const isPicture = ({ name, type }: File): boolean =>
  type.startsWith('image/') || /\.(png|jpe?g|jfif|webp|gif|bmp|avif)$/i.test(name);

/** A text file that comes alone holds class names, whatever it is called: synset.txt, coco_classes.txt. */
function asLabels(files: readonly File[]): readonly File[] {
  const [file, ...others] = files;
  return file && others.length === 0 && /\.txt$/i.test(file.name) ? [new File([file], 'labels.txt')] : files;
}

/** Which of some files are pictures, and which are a model's. */
export function sorted(files: readonly File[]): Sorted {
  return { pictures: files.filter(isPicture), model: asLabels(files.filter((file) => !isPicture(file))) };
}
