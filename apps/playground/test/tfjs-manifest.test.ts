import { describe, expect, test } from 'vitest';
import { readManifest } from '../src/worker/tfjs-manifest.ts';

const file = (name: string, content: unknown = ''): File =>
  new File([typeof content === 'string' ? content : JSON.stringify(content)], name);

const weightsManifest = [{ paths: ['shards/a.bin', 'b.bin'], weights: [] }];

describe('a model.json', () => {
  test('names its weights, wherever they lay, and leaves other files alone', async () => {
    const json = file('model.json', {
      modelTopology: { model_config: {} },
      weightsManifest,
      userDefinedMetadata: { labels: ['cat', 'dog'], preprocess: 'imagenet' },
    });
    const { format, weights, metadata } = await readManifest(json, [file('b.bin'), file('readme.txt'), file('a.bin')]);
    expect(format).toBe('LayersModel');
    expect(weights.map(({ name }) => name).toSorted()).toEqual(['a.bin', 'b.bin']);
    expect(Object.fromEntries(metadata)).toEqual({ labels: '["cat","dog"]', preprocess: 'imagenet' });
  });

  test('of nodes is a GraphModel', async () => {
    const json = file('model.json', { modelTopology: { node: [] }, weightsManifest: [] });
    expect((await readManifest(json, [])).format).toBe('GraphModel');
  });

  test.each([
    ['cut short', '{"modelTopology": ', [], /^model.json is not JSON, or cut short/],
    ['of something else', { name: 'a package' }, [], /^model.json is no TensorFlow.js model; expected a modelTopology/],
    [
      'with a broken manifest',
      { modelTopology: {}, weightsManifest: [null] },
      [],
      /^model.json is no TensorFlow.js model/,
    ],
    ['that is no object', 'null', [], /^model.json is no TensorFlow.js model/],
    [
      'without its weights',
      { modelTopology: {}, weightsManifest },
      ['b.bin'],
      /^model.json keeps its weights in a.bin, which is missing; drop that file together with model.json/,
    ],
    [
      'without several of them',
      { modelTopology: {}, weightsManifest },
      [],
      /in a.bin, b.bin, which are missing; drop those files together/,
    ],
  ])('%s is refused', async (_, content, beside, message) => {
    await expect(
      readManifest(
        file('model.json', content),
        beside.map((name) => file(name)),
      ),
    ).rejects.toThrow(message);
  });
});
