import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../src/npy.ts';
import { fixture, folder, gradcam } from './capture.ts';

describe('--runtime wasm', () => {
  it('explains on onnxruntime-web, and says so', async () => {
    const cwd = folder();
    const data = Float32Array.from({ length: 192 }, (_, i) => ((i * 37) % 101) / 101);
    writeFileSync(join(cwd, 'noise.npy'), writeNpy({ data, dims: [1, 3, 8, 8] }));
    const argv = ['explain', fixture('small.onnx'), 'noise.npy', '--runtime', 'wasm', '--json', '-'];
    const done = await gradcam(cwd, argv);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const { backend, map } = JSON.parse(done.stdout) as { backend: string; map: { data: number[] } };
    expect(backend).toBe('onnxruntime-web (wasm)');
    // The class-activation map in closed form, at the centre: the weights are 1/9 of the class's colour, and .1 of all colours.
    const patch = (channel: number): number =>
      [3, 4, 5].reduce(
        (sum, y) => sum + [3, 4, 5].reduce((row, x) => row + (data[channel * 64 + y * 8 + x] ?? 0), 0),
        0,
      );
    const top = (JSON.parse(done.stdout) as { target: { index: number } }).target.index;
    const own = Math.max(0, patch(top) / 9 + ([0.1, 0, -0.1][top] ?? 0));
    const all = 0.1 * (patch(0) + patch(1) + patch(2)) + 0.2;
    expect(map.data[4 * 8 + 4]).toBeCloseTo((4 * own - all) / 64, 6);
  });
});
