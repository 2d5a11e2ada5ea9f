// Writes every network of packages/conformance, with weights and picture, for make.py: node tools/goldens/export.mjs <folder>
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionOf, networks, PICTURE_SEED } from '../../packages/conformance/dist/networks.js';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node tools/goldens/export.mjs <folder>');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
networks.forEach((network, i) => {
  writeFileSync(join(folder, `${String(i).padStart(2, '0')}.network`), definitionOf(network));
});
writeFileSync(join(folder, 'seed.txt'), `${PICTURE_SEED}\n`);
console.log(`${networks.length} networks written to ${folder}`);
