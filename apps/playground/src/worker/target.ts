import { GradcamError } from '@gradcam/onnx';

/** A class by its index or its label, or the sample's own top class. @throws GradcamError `bad-target` */
export function targetOf(asked: number | string, labels: readonly string[] | null): number | 'top' {
  if (typeof asked === 'number' || asked === 'top') return asked;
  const index = labels?.indexOf(asked) ?? -1;
  if (index >= 0) return index;
  if (/^\d+$/.test(asked)) return Number(asked);
  throw new GradcamError(
    'bad-target',
    `no class is called "${asked}"; expected ${labels ? `one of ${labels.slice(0, 20).join(', ')}` : 'a number'}`,
  );
}
