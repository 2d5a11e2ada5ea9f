import { table } from '../markdown-table.ts';
import type { Verdict } from './verdict.ts';

const KINDS: readonly (readonly [kind: Verdict['kind'], meaning: string])[] = [
  ['right', 'the gradient of every float output with respect to every float input agrees'],
  ['wrong', 'it does not'],
  ['refused', 'no gradient, and the message says why'],
  ['no gradient', 'constant wherever it is continuous, and seen to be; or a convention'],
  ['not run', 'onnxruntime-node does not run the model itself'],
  ['no floats', 'no float tensor among inputs or among outputs'],
];

type Columns = readonly [primary: number, double: number, twins: number];
type Entry = readonly [name: string, verdict: Verdict];

const isTwin = ([name]: Entry): boolean => name.includes('_expanded');

function columns(entries: readonly Entry[]): Columns {
  const own = entries.filter((entry) => !isTwin(entry));
  const double = own.filter(([, { double: wide }]) => wide).length;
  return [own.length - double, double, entries.length - own.length];
}

/** Names of tests, grouped by what is said of them. */
function grouped(entries: readonly Entry[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const [name, { detail }] of entries)
    groups.set(detail, [...(groups.get(detail) ?? []), name.replace('test_', '')]);
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([detail, names]) => `- ${detail}: ${names.join(', ')}`);
}

/** How many tests each operator has, "Add 4" for Add with four. */
function byOperator(entries: readonly Entry[]): string {
  const counts = new Map<string, number>();
  for (const [, { ops }] of entries) counts.set(ops.join('+'), (counts.get(ops.join('+')) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([op, count]) => `${op} ${count}`)
    .join(', ');
}

/** The page that `npm run check:onnx-suite` writes. */
export function report(verdicts: ReadonlyMap<string, Verdict>, source: string): string {
  const of = (kind: Verdict['kind']): Entry[] => [...verdicts].filter(([, verdict]) => verdict.kind === kind);
  const right = of('right');
  return [
    '# The official ONNX node tests',
    '',
    `Written by \`npm run check:onnx-suite\` from ${source}. Each model is run as it is, and extended by`,
    'the gradient of its float outputs with respect to its float inputs; the gradient is compared with the adjoint identity where the',
    'model is affine in the input (to 1e-5), else with differences of the same model in float64 (to 2e-5), else, where the runtime',
    'has no float64 kernel, with differences in float32 along six directions (to 5e-3). What is said to have no gradient must',
    'not move. A test with planted wrong rules shows that this catches them.',
    '',
    ...table([
      ['', 'float32', 'float64', 'written out as functions', 'meaning'],
      ...KINDS.map(([kind, meaning]) => [kind, ...columns(of(kind)).map(String), meaning]),
      ['all', ...columns([...verdicts]).map(String), ''],
    ]),
    '',
    '## Right, by operator',
    '',
    byOperator(right.filter((entry) => !isTwin(entry))),
    ...KINDS.filter(([kind]) => kind !== 'right' && kind !== 'no floats').flatMap(([kind]) => {
      const lines = grouped(of(kind).filter((entry) => !isTwin(entry)));
      return lines.length > 0 ? ['', `## ${(kind[0] as string).toUpperCase()}${kind.slice(1)}`, '', ...lines] : [];
    }),
    '',
  ].join('\n');
}
