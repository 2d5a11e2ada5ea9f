import { readFileSync } from 'node:fs';
import { type Method, methodAs, methods, targetKinds, warningCodes } from '../src/index.ts';

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const keys = (value: unknown): string[] => Object.keys(value as object);

const maps = read('golden/maps.json') as { readonly cases: Record<string, { readonly maps: object }> };
const network = read('golden/network.json') as { readonly maps: object };
const peer = read('../../onnx/test/golden/peer.json') as { readonly heatmaps: object; readonly raw: object };

/** Which methods have golden values of which kind: read off the files of golden values. */
const seeded = new Set([
  ...Object.values(maps.cases).flatMap((one) => keys(one.maps)),
  ...keys(maps).map((name) => (name === 'factors' ? 'dff' : name)),
  ...keys(network.maps).map((name) => name.split(' ')[0] ?? ''),
]);
const heatmaps = new Set([...keys(peer.heatmaps), ...keys(peer.raw)].map((name) => name.split(' ')[0] ?? ''));

/** What stands in for golden values where no peer of reference has the method; a test fails for one that has neither. */
export const closedForms: Readonly<Record<string, string>> = {
  cam: 'closed form: Grad-CAM times the positions behind pooling and a linear layer',
  'gradient-x-input': 'closed form',
  saliency: 'closed form',
  'smooth-grad': 'closed form, within the noise',
  'integrated-gradients': 'closed form: adds up to the score difference',
  occlusion: 'closed form',
  rise: 'finds the only pixel that counts',
  'is-cam': 'closed form',
  'ss-cam': 'closed form, with the noise replaced',
  'smooth-grad-cam++': 'Grad-CAM++ without noise',
};

/** Peers' formulas that were checked, since their packages do not run beside ours. */
const formulas: Readonly<Record<string, string>> = {
  'fem-xplique': "xplique's formula in numpy, 1e-5",
  'seg-eigen-cam': "pytorch-grad-cam 1.5.5's projection with the sign rule of its later class, 1e-5",
  'refine-cam': 'pytorch-grad-cam 1.5.5, the product of its maps, 1e-5',
  dff: 'pytorch-grad-cam 1.5.5, up to order and scale, 1e-3',
  'kpca-cam': 'pytorch-grad-cam 1.5.5, 1e-3',
  'shapley-cam': 'pytorch-grad-cam 1.5.5, 1e-4',
};

export function statusOf({ name }: Method): string | undefined {
  if (!seeded.has(name) && !heatmaps.has(name)) return closedForms[name];
  const where = [seeded.has(name) ? 'maps' : '', heatmaps.has(name) ? 'heatmaps' : ''].filter(Boolean).join(', ');
  return `${formulas[name] ?? 'pytorch-grad-cam 1.5.5, 1e-5'} (${where})`;
}

/** Rows of a Markdown table, its columns as wide as their cells, as the formatter wants them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]?.length ?? 0)));
  const lines = all.map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

const KIND = { activation: 'activations', gradient: 'activations and gradients', probe: 'many passes' } as const;

/** What a person who knows the peers looks for under "maps and images", and what it is called here. */
export const mapFeatures: readonly (readonly [feature: string, here: string, names: readonly string[]])[] = [
  ['raw signed map', '`Explanation.map`, `Explanation.parts`', ['explain']],
  [
    'heatmap at the size of the picture',
    '`heatmapFor(explanation, width, height)`, `resizeMap` for signals and volumes',
    ['heatmapFor', 'resizeMap'],
  ],
  [
    'the numbers of a peer',
    "`compat: 'pytorch-grad-cam'` or `'eli5'`, for the formulas and the order of scaling",
    ['methodAs'],
  ],
  ['several layers', "`layer: ['a', 'b']`, `fusion: 'mean'`, `'max'` or `'product'`", ['fuse']],
  ['augmentation smoothing', '`augSmooth: true`', ['explain']],
  ['eigen smoothing', '`eigenSmooth: true`', ['explain']],
  [
    'reshape transforms of token models',
    'from the sizes, or `grid: { kind: "tokens", prefix, height, width }`',
    ['explain'],
  ],
  ['fewer passes of the methods that probe', '`budget: 100`', ['explain']],
  ['overlay and colour map', '`overlay`, `colourise`', ['overlay', 'colourise']],
  [
    'concepts and what they mean (DFF)',
    '`findConcepts`: vectors, maps, class scores of each; `paintConcepts`; `gradcam concepts`',
    ['findConcepts', 'paintConcepts'],
  ],
  [
    'object to store and read back',
    '`explanationToJson`, `explanationFromJson`',
    ['explanationToJson', 'explanationFromJson'],
  ],
  ["eli5's functions and terms", '`eli5.explainPrediction`, `eli5.formatAsImage`, `eli5.gradcam`, ...', ['eli5']],
];

/** docs/methods.md */
export function methodsPage(): string {
  const differing = methods.filter(({ differs }) => differs !== undefined);
  const changed = methods.filter((method) => methodAs('pytorch-grad-cam', method) !== method);
  return `# Methods and targets

Made from the code by \`npm run docs\`; a test fails when it is stale.

\`gradcam methods\` prints the same lists, and one picture explained by all of them is made by

\`\`\`sh runnable
gradcam methods --sheet sheet.png models/shapes/model.onnx models/shapes/scenes/fish-and-star.png --budget 30
\`\`\`

## Methods

Each is a value: \`explain(model, picture, { method: layerCam })\`, or \`--method layer-cam\`. One of your own is handed in the same way, on the
command line as a file whose default export it is: \`--method ./mine.mjs\`.

\`\`\`js
// The mean of the channels, whatever the class.
export default {
  kind: 'activation', // or 'gradient', or 'probe' for many passes
  name: 'mean',
  explain: ({ channels }) => ({ weights: new Float64Array(channels).fill(1 / channels) }),
};
\`\`\`

What it returns is weights of the channels, contributions of each channel at each position, or the map itself; raw and signed. The cost is counted
in passes of the network.

${table(
  ['name', 'method', 'needs', 'cost', 'golden values', 'elsewhere', 'paper'],
  methods.map((method) => [
    `\`${method.name}\``,
    `${method.title}${method.ignoresTarget ? ' (the same for every class)' : ''}${method.caution ? ' **fails sanity checks**' : ''}`,
    `${KIND[method.kind]}${method.at === 'input' ? ', at the picture itself' : ''}`,
    method.cost,
    statusOf(method) ?? 'none',
    method.peers ?? '-',
    method.paper,
  ]),
)}

Golden values are made by the real pytorch-grad-cam (\`tools/goldens-core\`): "maps" are raw maps of seeded activations and gradients, "heatmaps"
what it hands out for a network with convolutions and batch normalisations, scaled and resized in its order. The number is the largest error over
the largest value.

## Where the numbers differ from the peers'

Without \`compat\`, and where a peer has a fault always. The golden values are made with the fault mended.

${table(
  ['method', 'difference'],
  differing.map(({ title, differs = '' }) => [title, differs]),
)}

\`compat: 'pytorch-grad-cam'\` changes the formulas of ${changed.map(({ title }) => title).join(', ')}, and \`heatmapFor\` then scales twice, as it
does. Its volumes are enlarged by cubic splines; that is not imitated. A list of targets that is shorter than the batch leaves pictures
unexplained there, and is an error here.

## Targets

One for all samples or one per sample; a wrong number of them is an error.

${table(
  ['target', 'y', 'made by', 'cost', 'elsewhere'],
  targetKinds.map(({ name, formula, call, cost, peers }) => [name, formula, `\`${call}\``, cost, peers]),
)}

## Maps

${table(
  ['looking for', 'here'],
  mapFeatures.map(([feature, here]) => [feature, here]),
)}

## Warnings

An explanation says why its map is empty or should be doubted, in \`warnings\`, each with a code and a message that names what was seen.

${table(
  ['code', 'meaning'],
  Object.entries(warningCodes).map(([code, meaning]) => [`\`${code}\``, meaning]),
)}
`;
}
