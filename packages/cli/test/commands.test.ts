import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands.ts';
import { fixture, folder, gradcam } from './capture.ts';

describe('gradcam', () => {
  it('prints its version and its help', async () => {
    expect(await gradcam('.', ['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await gradcam('.', ['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('gradcam <command>'),
    });
    expect(await gradcam('.', [])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage') });
  });

  it.each(commands.map(({ name, options }) => [name, options] as const))(
    '%s --help names every option',
    async (name, options) => {
      const { code, stdout } = await gradcam('.', [name, '--help']);
      expect(code).toBe(0);
      for (const option of Object.keys(options)) expect(stdout).toContain(`--${option}`);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    },
  );

  it('lists the methods', async () => {
    expect((await gradcam('.', ['methods'])).stdout).toMatch(/^grad-cam /m);
    expect(JSON.parse((await gradcam('.', ['methods', '--json'])).stdout)).toContainEqual(
      expect.objectContaining({ name: 'grad-cam' }),
    );
  });

  it('lists the layers, and marks the one that is chosen', async () => {
    const { code, stdout } = await gradcam(folder(), ['layers', fixture('side.onnx')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^chosen {2}active: the last feature map/m);
    expect(stdout).toMatch(/^\* {2}active +Relu +N x 4 x 8 x 8 +all +yes +relu$/m);
    expect(stdout).toMatch(/^ {3}aside +Sigmoid +N x 4 x 8 x 8 +none/m);
  });

  it('lists them as JSON', async () => {
    const { stdout } = await gradcam(folder(), ['layers', fixture('no-rule.onnx'), '--json']);
    const masked = 'com.microsoft.MaxpoolWithMask';
    const { chosen, layers } = JSON.parse(stdout) as {
      chosen: { name: string };
      layers: { name: string; blocked: { op: string }[] }[];
    };
    expect(stdout).not.toContain('bias');
    expect(chosen.name).toBe('active');
    expect(layers.find(({ name }) => name === 'relu1')?.blocked.map(({ op }) => op)).toEqual([masked, masked]);
  });
});
