import { readFileSync } from 'node:fs';
import type { Pixels } from '../src/index.ts';

interface Sized {
  readonly width: number;
  readonly height: number;
}

/** What tools/goldens-pictures made; bytes in base64. */
interface Golden {
  readonly picture: Sized & { readonly rgb: string };
  readonly resized: readonly (Sized & {
    readonly filter: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3';
    readonly rgb: string;
  })[];
  readonly transparent: Sized & { readonly rgba: string; readonly resized: string };
  readonly preprocessed: Readonly<Record<string, string>>;
  readonly scales: Readonly<Record<'diverging' | 'jet', string>>;
  readonly eli5: Sized & { readonly heat: readonly number[]; readonly overlays: Readonly<Record<string, string>> };
  readonly 'pytorch-grad-cam': {
    readonly heat: readonly number[];
    readonly overlays: Readonly<Record<string, string>>;
  };
}

export const golden = JSON.parse(readFileSync(new URL('golden/pictures.json', import.meta.url), 'utf8')) as Golden;

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** RGB with an alpha of 255 added. */
export function opaque(text: string): Uint8ClampedArray {
  const rgb = bytesOf(text);
  return Uint8ClampedArray.from({ length: (rgb.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (rgb[3 * (i >> 2) + (i % 4)] ?? 0),
  );
}

export const picture: Pixels = {
  data: opaque(golden.picture.rgb),
  width: golden.picture.width,
  height: golden.picture.height,
};

/** Largest difference, in levels. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} values`);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}
