import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const core = new URL('../dist/index.js', import.meta.url).href;

/** A model of nothing but sizes, in a process of its own: what is left is the memory that the method takes. */
const script = `
import { explain, methodNamed } from '${core}';
const [channels, side, picture] = [2048, 7, 224];
const grid = { kind: 'map' };
const plain = { aliases: [], bypassed: false, onPath: true, classMap: false, blocked: [], grid };
const score = (data, length) => Float32Array.from({ length }, (_, n) => data[n * (data.length / length)]);
const outputs = (data, length) => {
  const output = { data: score(data, length), dims: [length, 1] };
  return { output, outputs: new Map([['y', output]]) };
};
const model = {
  backend: 'sizes',
  inputs: [{ name: 'x', type: 'float32', dims: [null, 3, picture, picture] }],
  outputs: [{ name: 'y', type: 'float32', dims: [null, 1] }],
  score: { output: 'y', kind: 'logit', activation: null },
  layers: [
    { ...plain, name: 'x', kind: 'input', dims: [null, 3, picture, picture] },
    { ...plain, name: 'last', kind: 'Relu', dims: [null, channels, side, side] },
  ],
  run: async ({ data, dims: [length] }, { layers = [] } = {}) => {
    const size = layers.length * length * channels * side * side;
    const activation = Float32Array.from({ length: size }, (_, i) => (i * 7919) % 101);
    const activations = new Map(layers.map((name) => [name, { data: activation, dims: [length, channels, side, side] }]));
    return { ...outputs(data, length), activations, gradients: new Map() };
  },
  resume: async ({ activation: { data, dims: [length] } }) => outputs(data, length),
  dispose: async () => {},
};
const data = Float32Array.from({ length: 3 * picture * picture }, (_, i) => (i % 17) / 17);
const before = process.resourceUsage().maxRSS;
const [found] = await explain(model, { data, dims: [1, 3, picture, picture] }, { method: methodNamed(process.argv[1]) });
const used = (process.resourceUsage().maxRSS - before) / 1024;
console.log(JSON.stringify({ used, weights: found.weights.length, sum: found.weights.reduce((a, b) => a + b, 0) }));
`;

it.each(['score-cam', 'ablation-cam'])(
  '%s on a layer of 2048 channels takes less than 300 MB more',
  async (method) => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, method]);
    const { used, weights, sum } = JSON.parse(stdout) as { used: number; weights: number; sum: number };
    expect(weights).toBe(2048);
    if (method === 'score-cam') expect(sum).toBeCloseTo(1, 5);
    expect(used).toBeLessThan(300);
  },
  60_000,
);
