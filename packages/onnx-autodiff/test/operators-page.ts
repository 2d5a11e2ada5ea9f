import { Emitter } from '../src/emit/emitter.ts';
import { Refusal } from '../src/emit/refusal.ts';
import type { Value } from '../src/emit/tape.ts';
import { openGraph } from '../src/graph/graph.ts';
import type { Node } from '../src/graph/node.ts';
import { FLOAT, UINT8 } from '../src/graph/types.ts';
import { rules } from '../src/rules/index.ts';
import type { Context, InputGradient, Rule, Values, Vjp } from '../src/rules/rule.ts';
import { table } from './markdown-table.ts';
import { model } from './models/build.ts';

/** More inputs than any operator has that is not variadic. */
const MANY = 16;
/** The newest operator set that the runtimes read. */
const NEWEST = 26;
const DIMS = [2, 12, 12, 12];

/** A node with nothing but its inputs, of the sizes of a small feature map. */
function contextOf(rule: Rule, count: number): Context {
  const { op, domain = '', since = 7, until } = rule;
  const names = Array.from({ length: count }, (_, index) => `x${index}`);
  const opset = domain === '' ? Math.min(until ?? NEWEST, Math.max(since, 21)) : Math.max(since, 1);
  const bytes = model({
    opset: domain === '' ? opset : 21,
    domains: domain === '' ? {} : { [domain]: opset },
    inputs: Object.fromEntries(names.map((name) => [name, DIMS])),
    nodes: [[op, names, ['y'], { num_heads: 2 }, domain]],
    outputs: { y: { dims: DIMS } },
  });
  const value = (name: string, type: number): Value => ({ name, type, dims: DIMS });
  const values = (type: number): Values => names.map((name) => value(name, type)) as unknown as Values;
  const g = value('g', FLOAT);
  return {
    e: new Emitter(domain === '' ? opset : 21, new Set()),
    node: openGraph(bytes).nodes[0] as Node,
    opset,
    x: values(FLOAT),
    raw: values(UINT8),
    y: value('y', FLOAT),
    rawY: value('y', UINT8),
    ys: ['y', 'y1', 'y2', 'y3'].map((name) => value(name, FLOAT)) as unknown as Values,
    g,
    gs: [g],
    has: (input) => input < count,
    quantisation: (input) => ({ name: `scale${input}`, scale: value(`scale${input}`, FLOAT), values: undefined }),
    sums: () => false,
    constant: () => undefined,
  };
}

/** What a rule offers for each input: asked with every input there, or, where it does not take that, with the first ones only. */
function offered(rule: Rule): readonly InputGradient[] | undefined {
  for (const count of [MANY, 9, 7, 5, 4, 3, 2]) {
    try {
      return (rule.vjp as Vjp)(contextOf(rule, count));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return undefined;
}

const isMissing = (gradient: InputGradient | undefined): gradient is { missing: string } =>
  typeof gradient === 'object' && gradient !== null;

/** "1, 2" for the inputs that have a gradient; the reasons why others are refused. */
function cells(rule: Rule): readonly [inputs: string, note: string] {
  if (rule.vjp === 'none') return ['none by nature', ''];
  if (typeof rule.vjp === 'object') return ['refused', rule.vjp.missing];
  const gradients = offered(rule);
  if (!gradients) return ['by its form', rule.note ?? ''];
  const positions = gradients.flatMap((gradient, index) => (typeof gradient === 'function' ? [index + 1] : []));
  const refused = new Map<string, number[]>();
  gradients.forEach((gradient, index) => {
    if (isMissing(gradient)) refused.set(gradient.missing, [...(refused.get(gradient.missing) ?? []), index + 1]);
  });
  const reasons = [...refused].map(([reason, inputs]) => `${inputs.join(', ')}: ${reason}`);
  return [positions.length >= MANY ? 'all' : positions.join(', '), [rule.note, ...reasons].filter(Boolean).join('; ')];
}

const range = ({ since, until }: Rule, first: number): string =>
  until === undefined ? `${Math.max(since ?? first, first)} on` : `${Math.max(since ?? first, first)} to ${until}`;

/** The page that lists every row of the rule table. */
export function operatorsPage(): string {
  const domains = [...new Set(rules.map(({ domain = '' }) => domain))];
  const sections = domains.flatMap((domain) => {
    const own = rules
      .filter((rule) => (rule.domain ?? '') === domain)
      .toSorted((a, b) => a.op.localeCompare(b.op, 'en') || (a.since ?? 0) - (b.since ?? 0));
    const rows = own.map((rule) => [`${rule.op}`, range(rule, domain === '' ? 7 : 1), ...cells(rule)]);
    return [
      '',
      `## ${domain === '' ? 'Standard operators' : domain}`,
      '',
      ...table([['operator', 'opset', 'gradient of inputs', 'note'], ...rows]),
    ];
  });
  return [
    '# Operators with a gradient',
    '',
    'Made from the rule table by `npm run docs`; a test fails when it is stale. Inputs are counted from 1. An operator that is not',
    'listed has no rule: a gradient through it is refused, with its name, its operator set and the layers behind it. "None by nature"',
    'means that the operator is constant wherever it is continuous: the gradient ends there, and rightly so.',
    ...sections,
    '',
  ].join('\n');
}
