import { describe, expect, it } from 'vitest';
import * as core from '../src/index.ts';
import { closedForms, mapFeatures, methodsPage, statusOf } from './methods-page.ts';

const { methods, targetKinds } = core;

/** Every method that pytorch-grad-cam or eli5 has, by the name it has here. */
const THEIRS =
  'grad-cam grad-cam++ hires-cam element-wise xgrad-cam layer-cam score-cam ablation-cam eigen-cam eigen-grad-cam seg-eigen-cam kpca-cam fem full-grad shapley-cam finer-cam refine-cam random-cam dff guided-backprop guided-grad-cam sobel';

/** Their targets. */
const TARGETS = [
  'ClassifierOutputTarget',
  'ClassifierOutputSoftmaxTarget',
  'ClassifierOutputReST',
  'BinaryClassifierOutputTarget',
  'RawScoresOutputTarget',
  'SemanticSegmentationTarget',
  'FasterRCNNBoxScoreTarget',
  'FinerWeightedTarget',
  'eli5 targets',
  'any callable',
];

describe('docs/methods.md', () => {
  it('is what the code says (else: npm run docs)', async () => {
    await expect(methodsPage()).toMatchFileSnapshot('../../../docs/methods.md');
  });

  it.each(THEIRS.split(' '))('has %s', (name) => {
    expect(methods.map((method) => method.name)).toContain(name);
  });

  it.each(TARGETS)('has %s', (name) => {
    expect(targetKinds.some(({ peers }) => peers.includes(name))).toBe(true);
  });

  it('knows how each method was checked, once', () => {
    for (const method of methods) {
      expect([method.name, statusOf(method)]).toEqual([method.name, expect.any(String)]);
      if (statusOf(method) !== closedForms[method.name]) expect(closedForms).not.toHaveProperty(method.name);
    }
  });

  it('names functions that there are', () => {
    for (const name of mapFeatures.flatMap(([, , names]) => names)) expect(core).toHaveProperty(name);
    for (const { call } of targetKinds) {
      const [, name] = /(\w+Target)\b/.exec(call) ?? [];
      if (name) expect(core).toHaveProperty(name);
    }
    const made = Object.keys(core).filter((name) => name.endsWith('Target'));
    for (const name of made) expect(targetKinds.some(({ call }) => call.includes(name))).toBe(true);
  });
});
