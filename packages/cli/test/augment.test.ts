import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type Constant, type ModelSpec, model, rawBytes } from '../../onnx-autodiff/test/models/build.ts';
import { fixture, folder, gradcam } from './capture.ts';

const small = fixture('small.onnx');

describe('gradcam augment', () => {
  it('writes a model with its gradient and its heatmap, and says how to use it', async () => {
    const cwd = folder();
    const done = await gradcam(cwd, [
      'augment',
      small,
      '--layer',
      'active',
      '--heatmap',
      '--out',
      'out/explained.onnx',
    ]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(/^input {3}class: int64 \[N\]/m);
    expect(done.stdout).toMatch(/^output {2}heatmap: float32/m);
    const session = await ort.InferenceSession.create(join(cwd, 'out/explained.onnx'));
    expect(session.inputNames).toContain('class');
    expect(session.outputNames).toEqual(expect.arrayContaining(['gradient/active', 'active', 'heatmap']));
    await session.release();
  });

  it('makes the class optional, or differentiates any tensor', async () => {
    const cwd = folder();
    expect(
      (await gradcam(cwd, ['augment', small, '--layer', 'active', '--class-input', 'optional', '--out', 'a.onnx']))
        .code,
    ).toBe(0);
    const optional = await ort.InferenceSession.create(join(cwd, 'a.onnx'), { logSeverityLevel: 3 });
    expect(optional.inputNames).not.toContain('class');
    await optional.release();
    const told = await gradcam(cwd, ['layers', small, '--json']);
    const { score, inputs } = JSON.parse(told.stdout) as { score: { output: string }; inputs: [{ name: string }] };
    const wrt = `active, ${inputs[0].name}`;
    const any = await gradcam(cwd, ['augment', small, '--of', score.output, '--wrt', wrt, '--out', 'b.onnx']);
    expect(any.stdout).toContain(`cotangent/${score.output}`);
    expect(any.stdout).toContain(`gradient/${inputs[0].name}`);
  });

  it.each([
    [['--layer', 'active'], 2, /--out/],
    [['--out', 'x.onnx'], 2, /--layer <name> or --wrt/],
    [['--layer', 'active', '--wrt', 'active', '--out', 'x.onnx'], 2, /either/],
    [['--layer', 'active', '--of', 'logits', '--out', 'x.onnx'], 2, /--of goes with --wrt/],
    [['--wrt', 'active', '--heatmap', '--out', 'x.onnx'], 2, /--heatmap/],
    [['--layer', 'activ', '--out', 'x.onnx'], 2, /did you mean/],
    [['--wrt', 'nothing', '--out', 'x.onnx'], 2, /no tensor nothing/],
    [['--layer', 'active', '--class-input', 'maybe', '--out', 'x.onnx'], 2, /required, optional/],
    [['--layer', 'active', '--out', small], 2, /the model itself/],
  ])('refuses %j in one line', async (argv, code, words) => {
    const cwd = folder();
    const done = await gradcam(cwd, ['augment', small, ...argv]);
    expect(done).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) });
    expect(done.stderr.trim()).not.toContain('\n');
    expect(existsSync(join(cwd, 'x.onnx'))).toBe(false);
  });

  it('exits with 4 where an operator has no rule', async () => {
    expect(
      (await gradcam(folder(), ['augment', fixture('no-rule.onnx'), '--wrt', 'relu1', '--out', 'x.onnx'])).code,
    ).toBe(4);
  });
});

describe('weights in files beside the model', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i / 10 - 0.5);
  const spec = (external?: Constant['external']): ModelSpec => ({
    opset: 17,
    inputs: { x: ['N', 3, 4, 4] },
    constants: { w: { dims: [4, 3, 1, 1], values, ...(external ? { external } : {}) } },
    nodes: [
      ['Conv', ['x', 'w'], ['c'], { kernel_shape: [1, 1] }],
      ['Relu', ['c'], ['r']],
      ['GlobalAveragePool', ['r'], ['p']],
      ['Flatten', ['p'], ['y']],
    ],
    outputs: { y: ['N', 4] },
  });

  /** A folder with a model in it whose weights are at `location`. */
  function modelAt(location: string): { cwd: string; path: string } {
    const cwd = folder();
    mkdirSync(join(cwd, 'model'));
    const path = join(cwd, 'model', 'model.onnx');
    writeFileSync(path, model(spec({ location })));
    writeFileSync(join(cwd, 'secret.bin'), rawBytes('float32', values));
    return { cwd, path };
  }

  it('are read from there', async () => {
    const { cwd, path } = modelAt('parts/weights.bin');
    mkdirSync(join(cwd, 'model/parts'));
    writeFileSync(join(cwd, 'model/parts/weights.bin'), rawBytes('float32', values));
    expect(await gradcam(cwd, ['layers', path])).toMatchObject({ code: 0, stderr: '' });
    expect(await gradcam(cwd, ['augment', path, '--layer', 'r', '--out', 'model/out.onnx'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'model/out.onnx')).includes('parts/weights.bin')).toBe(true);
  });

  it.each(['../secret.bin', '/etc/passwd', 'parts/../../secret.bin', '..\\secret.bin', 'C:\\secret.bin'])(
    '%s is not read',
    async (location) => {
      const { cwd, path } = modelAt(location);
      expect(await gradcam(cwd, ['layers', path])).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/beside the model/),
      });
    },
  );

  it('a link out of the folder is not followed, a missing file is named', async () => {
    const { cwd, path } = modelAt('weights.bin');
    expect(await gradcam(cwd, ['layers', path])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/weights\.bin.*no such file/),
    });
    symlinkSync(join(cwd, 'secret.bin'), join(cwd, 'model/weights.bin'));
    expect(await gradcam(cwd, ['layers', path])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/link out of the folder/),
    });
  });

  it('a linked folder is not followed either', async () => {
    const { cwd, path } = modelAt('parts/secret.bin');
    symlinkSync(cwd, join(cwd, 'model/parts'));
    expect(await gradcam(cwd, ['layers', path])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/link out of the folder/),
    });
  });
});
