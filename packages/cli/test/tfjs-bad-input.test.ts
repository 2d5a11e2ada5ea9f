import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradcam } from './capture.ts';
import { changed, type ModelJson, shapes } from './tfjs-model.ts';

const explain = ['explain', 'model.json', 'scene.png'];
const untouched = (): void => undefined;

interface Case {
  readonly about: string;
  readonly change?: (json: ModelJson) => void;
  /** What happens to the folder afterwards. */
  readonly files?: (cwd: string) => void;
  readonly argv?: readonly string[];
  readonly code: number;
  readonly message: RegExp;
}

const write = (name: string, content: string | Uint8Array) => (cwd: string) => writeFileSync(join(cwd, name), content);
const pathOf = (path: string) => (json: ModelJson) => {
  const [group] = json.weightsManifest;
  if (group) group.paths = [path];
};

const cases: readonly Case[] = [
  {
    about: 'a runtime that does not fit',
    argv: [...explain, '--runtime', 'node'],
    code: 2,
    message: /--runtime node does not run .json files; expected wasm or cpu/,
  },
  {
    about: 'a file that is not there',
    argv: ['explain', 'other.json', 'scene.png'],
    code: 3,
    message: /cannot read the model other.json: there is no such file/,
  },
  {
    about: 'no JSON',
    files: write('model.json', '{"modelTopology": {'),
    code: 3,
    message: /model.json is not JSON, or cut short/,
  },
  {
    about: 'JSON of something else',
    files: write('model.json', '["star", "fish"]'),
    code: 3,
    message: /model.json is no TensorFlow.js model; expected the modelTopology/,
  },
  {
    about: 'a topology that its format does not fit',
    change: (json) => {
      json.format = 'graph-model';
    },
    code: 3,
    message: /is no TensorFlow.js model/,
  },
  {
    about: 'no weights',
    change: (json) => {
      json.weightsManifest = 3 as never;
    },
    code: 3,
    message: /expected a weightsManifest/,
  },
  {
    about: 'a shard that is not there',
    files: (cwd) => rmSync(join(cwd, 'weights.bin')),
    code: 3,
    message: /cannot read the weights weights.bin of model.json: there is no such file.*copy the model's whole folder/,
  },
  {
    about: 'a shard cut short',
    files: write('weights.bin', new Uint8Array(1000)),
    code: 3,
    message: /the weights weights.bin hold 1000 bytes, model.json describes 504488; they are cut short/,
  },
  {
    about: 'a shard outside of the folder',
    change: pathOf('../weights.bin'),
    code: 3,
    message: /wants the weights ..\/weights.bin, outside of its folder/,
  },
  {
    about: 'a shard at an absolute path',
    change: pathOf(shapes('tfjs/weights.bin')),
    code: 3,
    message: /outside of its folder/,
  },
  {
    about: 'a layer that TensorFlow.js does not know',
    change: (json) => {
      const text = JSON.stringify(json.modelTopology).replace('GlobalAveragePooling2D', 'Mystery');
      json.modelTopology = JSON.parse(text) as object;
    },
    code: 3,
    message: /TensorFlow.js cannot load model.json: .*Mystery/,
  },
  {
    about: 'weights of other names',
    change: (json) => {
      const [group] = json.weightsManifest;
      if (group) group.weights = group.weights.map((spec) => ({ ...spec, name: `x/${spec.name}` }));
    },
    code: 3,
    message: /TensorFlow.js cannot load model.json/,
  },
  {
    about: 'labels that are none',
    change: (json) => {
      json.userDefinedMetadata = { labels: { a: 'b' } };
    },
    code: 3,
    message: /the labels the metadata of model.json are not names/,
  },
  {
    about: 'an unknown layer',
    argv: [...explain, '--layer', 'blok5'],
    code: 2,
    message: /there is no layer "blok5"; did you mean "?block5/,
  },
];

describe('a bad model.json: the exit code, one clear line, and nothing half-written', () => {
  it.each(cases)('$about', async ({ change = untouched, files, argv = explain, code, message }) => {
    const cwd = changed(change);
    files?.(cwd);
    const done = await gradcam(cwd, argv);
    expect(done.stderr).toMatch(message);
    expect(done.stderr).toMatch(/^gradcam: [^\n]+\n$/);
    expect(done.stderr).not.toMatch(/undefined|\[object|our bug|a bug of ours/);
    expect(done.stdout).toBe('');
    expect(done.code).toBe(code);
  });
});
