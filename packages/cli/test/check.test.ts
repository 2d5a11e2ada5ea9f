import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rule, rules } from '@gradcam/onnx-autodiff';
import { describe, expect, it } from 'vitest';
import { model } from '../../onnx-autodiff/test/models/build.ts';
import { fixture, folder, gradcam } from './capture.ts';

interface Told {
  readonly verdict: string;
  readonly chosen: string;
  readonly blockers: readonly { op: string; opset: number; node: string; reason: string }[];
  readonly layers: readonly { name: string; gradient: boolean; blocked: readonly string[] }[];
  readonly gradients: readonly { layer: string; verdict: string; error: number }[];
}

const told = (stdout: string): Told => JSON.parse(stdout) as Told;

/** Runs with one rule in front of all others. */
async function planted<T>(rule: Rule, run: () => Promise<T>): Promise<T> {
  (rules as Rule[]).unshift(rule);
  try {
    return await run();
  } finally {
    (rules as Rule[]).shift();
  }
}

describe('gradcam check', () => {
  it('finds the gradients of a good model right', async () => {
    const done = await gradcam(folder(), ['check', fixture('small.onnx')]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(/^blocked {2}by nothing$/m);
    expect(done.stdout).toMatch(/^active +agrees/m);
    const json = told((await gradcam(folder(), ['check', fixture('small.onnx'), '--json'])).stdout);
    expect(json).toMatchObject({ verdict: 'agrees', chosen: 'active', blockers: [] });
    expect(json.gradients.length).toBeGreaterThan(1);
    expect(json.gradients.every(({ verdict, error }) => verdict === 'agrees' && error < 2e-2)).toBe(true);
  });

  it.each([
    ['scaled by 1.03', { op: 'Relu', vjp: ({ e, g, y }) => [() => e.times(e.gate(e.above(y, 0), g), 1.03)] }],
    ['without its mask', { op: 'Relu', vjp: ({ g }) => [() => g] }],
  ] as [string, Rule][])('exits with 1 where a rule is wrong: %s', async (_, rule) => {
    const done = await planted(rule, () => gradcam(folder(), ['check', fixture('small.onnx'), '--json']));
    expect(done.code).toBe(1);
    expect(told(done.stdout).verdict).toBe('differs');
    expect((await gradcam(folder(), ['check', fixture('small.onnx')])).code).toBe(0);
  });

  it('exits with 1 where the border is wrong', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'model.onnx'),
      model({
        opset: 13,
        inputs: { x: [1, 2, 6, 6] },
        nodes: [
          ['Sigmoid', ['x'], ['s']],
          ['Transpose', ['s'], ['t'], { perm: [0, 1, 3, 2] }],
          ['Relu', ['t'], ['r']],
          ['GlobalAveragePool', ['r'], ['p']],
          ['Flatten', ['p'], ['y']],
        ],
        outputs: { y: [1, 2] },
      }),
    );
    expect((await gradcam(cwd, ['check', 'model.onnx'])).code).toBe(0);
    const wrong: Rule = {
      op: 'Transpose',
      vjp: ({ e, g }) => [() => e.pad(e.slice(e.transpose(g, [0, 1, 3, 2]), [2], [0], [5]), [0, 0, 0, 0, 0, 0, 1, 0])],
    };
    const done = await planted(wrong, () => gradcam(cwd, ['check', 'model.onnx', '--json']));
    expect(done.code).toBe(1);
    expect(told(done.stdout).gradients.find(({ verdict }) => verdict === 'differs')).toMatchObject({
      cells: 'the last row',
    });
  });

  it('names every blocker at once, with the layers that work, and exits with 4', async () => {
    const done = await gradcam(folder(), ['check', fixture('no-rule.onnx'), '--json']);
    expect(done.code).toBe(4);
    const { blockers, layers, verdict } = told(done.stdout);
    expect(blockers).toHaveLength(2);
    expect(layers.find(({ name }) => name === 'm')?.blocked).toEqual(['second']);
    for (const blocker of blockers) {
      expect(blocker.op).not.toBe('');
      expect(blocker.opset).toBeGreaterThan(0);
      expect(blocker.reason).toMatch(/rule/);
    }
    expect(layers.find(({ name }) => name === 'active')).toMatchObject({ gradient: true, blocked: [] });
    expect(layers.find(({ name }) => name === 'relu1')).toMatchObject({ gradient: false });
    expect(verdict).toBe('agrees');
    const text = await gradcam(folder(), ['check', fixture('no-rule.onnx')]);
    expect(text.stdout).toMatch(/^blocked {2}by 2 nodes\n {2}\S+ \(opset \d+\) at /m);
  });

  it('one layer alone: by alias, blocked, unknown', async () => {
    const cwd = folder();
    const only = told((await gradcam(cwd, ['check', fixture('no-rule.onnx'), '--layer', 'active', '--json'])).stdout);
    expect(only.gradients.map(({ layer }) => layer)).toEqual(['active']);
    expect((await gradcam(cwd, ['check', fixture('no-rule.onnx'), '--layer', 'active'])).code).toBe(0);
    expect((await gradcam(cwd, ['check', fixture('no-rule.onnx'), '--layer', 'relu1'])).code).toBe(4);
    expect((await gradcam(cwd, ['check', fixture('small.onnx'), '--layer', 'nothing'])).code).toBe(2);
    expect((await gradcam(cwd, ['check', 'none.onnx'])).code).toBe(3);
    expect((await gradcam(cwd, ['check', fixture('cyclic.onnx')])).code).toBe(3);
  });

  it('a quantised model is not called wrong for its rounding', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'model.onnx'),
      model({
        opset: 13,
        inputs: { x: [1, 2, 6, 6] },
        constants: { s: { dims: [], values: [0.3] }, z: { type: 'uint8', dims: [], values: [4] } },
        nodes: [
          ['Sigmoid', ['x'], ['a']],
          ['QuantizeLinear', ['a', 's', 'z'], ['q']],
          ['DequantizeLinear', ['q', 's', 'z'], ['d']],
          ['GlobalAveragePool', ['d'], ['p']],
          ['Flatten', ['p'], ['y']],
        ],
        outputs: { y: [1, 2] },
      }),
    );
    const done = await gradcam(cwd, ['check', 'model.onnx']);
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^d +agrees/m);
    expect(done.stdout).toMatch(/straight-through/);
  });
});
