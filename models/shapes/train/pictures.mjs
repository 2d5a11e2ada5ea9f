// Writes training pictures for train.py: `node pictures.mjs <file> <first seed> <count> <size>`.
// Each record: size * size * 3 bytes of RGB, then the classes of its one or two objects (the second repeats the first).
import { closeSync, openSync, writeSync } from 'node:fs';
import { pair, single } from '../generator/scene.mjs';

const [file = '', first = '0', count = '0', size = '96'] = process.argv.slice(2);
const out = openSync(file, 'w');
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  // one picture in five holds two objects, so that the map of each class stays with its own
  const two = seed % 5 === 0;
  const picture = two ? pair(seed, Number(size)) : single(seed, Number(size));
  const classes = 'labels' in picture ? picture.labels : [picture.label, picture.label];
  writeSync(out, Buffer.from(picture.rgb));
  writeSync(out, Uint8Array.from(classes));
}
closeSync(out);
