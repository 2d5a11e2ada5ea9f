import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/run.ts';

/** What a command did, as a script would see it. */
export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** A new empty folder. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'gradcam-cli-'));

/** Runs `gradcam` with these arguments in a folder. */
export async function gradcam(cwd: string, argv: readonly string[], signal?: AbortSignal): Promise<Captured> {
  let stdout = '';
  let stderr = '';
  const code = await run(argv, {
    cwd,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    ...(signal ? { signal } : {}),
  });
  return { code, stdout, stderr };
}
