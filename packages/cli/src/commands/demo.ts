import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain } from '@gradcam/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exit, FileError } from '../exit.ts';
import { feederOf } from '../feed.ts';
import type { Io } from '../io.ts';
import { openModel } from '../model-file.ts';
import { fileAt, noOperands } from '../operands.ts';
import { panel } from '../panel.ts';
import { encodePicture, readPicture } from '../picture-file.ts';
import { heatmapAt, shownMap } from '../shown-map.ts';
import { table } from '../table.ts';
import { whereabouts } from '../whereabouts.ts';
import { writeWhole } from '../write-file.ts';

/** What comes with a clone of the project. */
const shapes = fileURLToPath(new URL('../../../../models/shapes/', import.meta.url));

interface Scene {
  readonly file: string;
  readonly objects: readonly { readonly label: string; readonly mask: string }[];
}

/** The share of some values that lies where the mask is white. */
function shareWithin(values: Float32Array, mask: ArrayLike<number>): string {
  let within = 0;
  let all = 0;
  values.forEach((value, i) => {
    all += value;
    if ((mask[4 * i] ?? 0) > 127) within += value;
  });
  return `${all === 0 ? 0 : Math.round((100 * within) / all)} %`;
}

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Explain the sample scenes of the bundled model (in a clone of the project).',
  operands: '',
  options: { out: { value: 'folder', help: 'Where the panels go; default: out.' } },
  async run(args: Arguments, io: Io): Promise<number> {
    noOperands(args, 'demo');
    const scenes = await readFile(join(shapes, 'scenes/scenes.json'), 'utf8').catch(() => {
      throw new FileError(
        'the sample scenes are not here; expected models/shapes of a clone of the project, give your own model to `gradcam explain`',
      );
    });
    const file = (name: string) => ({ path: join(shapes, name), shown: `models/shapes/${name}` });
    const { model, notes, close } = await openModel(file('model.onnx'), undefined);
    const labels = JSON.parse(notes.get('labels')?.text ?? '[]') as string[];
    const feeder = feederOf(model, undefined, notes, io);
    const out = args.values.get('out') ?? 'out';
    const rows = [['scene', 'class', 'score', 'evidence', 'in the object', 'its area', 'panel']];
    try {
      for (const scene of JSON.parse(scenes) as Scene[]) {
        const picture = await readPicture(file(`scenes/${scene.file}`));
        const feed = await feeder.feed(file(`scenes/${scene.file}`));
        for (const { label, mask } of scene.objects) {
          const [explanation] = await explain(model, feed.tensor, {
            target: labels.indexOf(label),
            ...(io.signal ? { signal: io.signal } : {}),
          });
          if (!explanation) continue;
          const heatmap = heatmapAt(explanation, picture);
          const pixels = await readPicture(file(`scenes/${mask}`));
          const to = fileAt(io, join(out, `${scene.file.replace(/\.png$/, '')}.${label}.png`));
          const { score, probability } = explanation.target;
          const share = `${Math.round(100 * (probability ?? 0))} %`;
          const sheet = panel(picture, shownMap(explanation.map), {
            picture: `the model says ${label}: ${share}`,
            map: `evidence for ${label}`,
            overlay: 'line: half of the peak',
          });
          await writeWhole(to.path, await encodePicture(sheet, to.path));
          rows.push([
            scene.file,
            label,
            score.toFixed(2),
            whereabouts(heatmap),
            shareWithin(heatmap.data, pixels.data),
            shareWithin(
              heatmap.data.map(() => 1),
              pixels.data,
            ),
            to.shown,
          ]);
        }
      }
    } finally {
      await close();
    }
    io.stdout.write(
      `${table(rows)}\n\nIn the object: the share of the evidence in the object's exact mask; its area: the mask's share of the picture.\nEach panel: the picture, the map, the map over the picture. Now with your own:\n  npm start -- explain model.onnx photo.jpg --labels names.txt\n  npm start -- layers model.onnx\n`,
    );
    return exit.done;
  },
};
