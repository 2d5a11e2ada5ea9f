import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = process.env['GRADCAM_ASSETS'] ?? fileURLToPath(new URL('../../../../shared/assets', import.meta.url));

/** Why tests on real models are skipped; undefined where they run. */
export const missing: string | undefined = existsSync(folder)
  ? undefined
  : `no assets at ${folder}; set GRADCAM_ASSETS`;

/** The same, behind the title of such tests. */
export const skipped: string = missing ? ` (skipped: ${missing})` : '';

export const pathOf = (name: string): string => `${folder}/${name}`;

export function asset(name: string): Uint8Array {
  return new Uint8Array(readFileSync(pathOf(name)));
}
