import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ExplainOptions,
  type Explanation,
  explain,
  fromOnnx,
  heatmapFor,
  methodNamed,
  type OnnxModel,
  probabilityTarget,
  restTarget,
  type TargetOption,
  type Tensor,
} from '../src/index.ts';

/** What pytorch-grad-cam made of peer.onnx and two pictures: see tools/goldens-core. */
interface Golden {
  readonly dims: readonly [number, number, number, number];
  readonly x: readonly number[];
  readonly logits: readonly number[];
  readonly heatmaps: Readonly<Record<string, readonly number[]>>;
  readonly raw: Readonly<Record<string, readonly number[]>>;
}
const golden = JSON.parse(readFileSync(new URL('golden/peer.json', import.meta.url), 'utf8')) as Golden;
const bytes = readFileSync(new URL('golden/peer.onnx', import.meta.url));
const [batch, , height, width] = golden.dims;
const x: Tensor = { data: Float32Array.from(golden.x), dims: golden.dims };
const classes = golden.logits.length / batch;
const top = Array.from({ length: batch }, (_, n) => {
  const row = golden.logits.slice(n * classes, (n + 1) * classes);
  return row.indexOf(Math.max(...row));
});

/** Kernel PCA 1e-3; what is a difference of gradients 1e-4; else 1e-5, of the largest value. */
const tolerances: Readonly<Record<string, number>> = { 'kpca-cam': 1e-3, 'shapley-cam': 1e-4 };
const targets: Readonly<Record<string, (index: number) => TargetOption>> = {
  rest: restTarget,
  probability: probabilityTarget,
};

function errorOf(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (found[i] ?? NaN))), 0) / largest;
}

let model: OnnxModel;
beforeAll(async () => {
  model = await fromOnnx(bytes, ort);
});
afterAll(() => model.dispose());

const explained = (name: string, words: readonly string[]): Promise<readonly Explanation[]> => {
  const method = methodNamed(name);
  const asked = words.map((word) => targets[word]).find((target) => target !== undefined);
  const options: ExplainOptions = {
    method,
    compat: 'pytorch-grad-cam',
    target: top.map((index) => asked?.(index) ?? index),
    augSmooth: words.includes('aug'),
    eigenSmooth: words.includes('eigen'),
    ...(method.at === 'input' ? {} : { layer: words.includes('layers') ? ['relu1', 'relu2'] : 'relu2' }),
  };
  return explain(model, x, options);
};

describe('pytorch-grad-cam on a network with batch normalisations, the heatmaps it hands out', () => {
  it.each(Object.entries(golden.heatmaps))('%s', async (title, expected) => {
    const [name = '', ...words] = title.split(' ');
    const found = (await explained(name, words)).flatMap((one) => [...heatmapFor(one, width, height).data]);
    expect(errorOf(found, expected)).toBeLessThan(tolerances[name] ?? 1e-5);
  });

  it.each(Object.entries(golden.raw))('%s, raw', async (name, expected) => {
    const found = (await explained(name, [])).flatMap(({ map }) => [...map.data]);
    expect(errorOf(found, expected)).toBeLessThan(1e-5);
  });
});
