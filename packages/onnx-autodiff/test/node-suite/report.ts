import type { Verdict } from './verdict.ts';

export function report(verdicts: ReadonlyMap<string, Verdict>): string {
  const lines: string[] = [];
  for (const kind of ['right', 'wrong', 'refused', 'no gradient', 'not run', 'no floats'] as const) {
    const list = [...verdicts].filter(([, verdict]) => verdict.kind === kind);
    const primary = list.filter(([name]) => !name.includes('_expanded'));
    lines.push(`## ${kind}: ${primary.length} + ${list.length - primary.length}`);
    for (const [name, { detail, ops, opset }] of list)
      lines.push(`${name} [${ops.length > 2 ? ops.length : ops}] ${opset}: ${detail}`);
  }
  return lines.join('\n');
}
