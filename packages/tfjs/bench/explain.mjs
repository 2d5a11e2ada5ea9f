// What an explanation costs on wasm: explained / plain, in one process, in turn. Usage: node bench/explain.mjs [model.json]
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-wasm';
import { chooseLayer, explain, fromGraphModel, fromLayersModel } from '@gradcam/tfjs';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { io, setBackend, tensor, tidy } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const mobilenet = join(
  process.env.GRADCAM_ASSETS ?? at('../../../../shared/assets'),
  'mobilenet-v2-100-224-all-formats',
);
const given = process.argv.slice(2);
const paths =
  given.length > 0 ? given : ['layers', 'graph'].map((kind) => join(mobilenet, `tfjs-${kind}-u8/model.json`));
const found = paths.filter((path) => existsSync(path));
if (found.length === 0) {
  console.log(`no model at ${paths.join(', ')}; set GRADCAM_ASSETS or give a model.json; took models/shapes`);
  found.push(at('../../../models/shapes/tfjs/model.json'));
}

/** The model.json of a folder with its weights. */
async function load(path) {
  const json = JSON.parse(readFileSync(path, 'utf8'));
  const specs = json.weightsManifest.flatMap(({ weights }) => weights);
  const bytes = json.weightsManifest.map(({ paths: shards }) => {
    const whole = Buffer.concat(shards.map((shard) => readFileSync(join(dirname(path), shard))));
    return new Uint8Array(whole).buffer;
  });
  const handler = { load: () => io.getModelArtifactsForJSON(json, async () => [specs, bytes]) };
  const graph = json.format === 'graph-model';
  const loaded = await (graph ? loadGraphModel(handler) : loadLayersModel(handler));
  return [loaded, await (graph ? fromGraphModel(loaded) : fromLayersModel(loaded))];
}

/** Wall-clock and processor time in ms; the second is steadier on a shared machine. */
const timed = async (job) => {
  const [start, used] = [performance.now(), process.cpuUsage()];
  await job();
  const { user, system } = process.cpuUsage(used);
  return [performance.now() - start, (user + system) / 1000];
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

await setBackend('wasm');
for (const path of found) {
  const [loaded, model] = await load(path);
  const [, channels, height, width] = model.inputs[0].dims.map((dim) => dim ?? 1);
  const dims = [1, channels, height, width];
  const data = new Float32Array(channels * height * width).map((_, i) => Math.sin(i));
  const picture = { data, dims };
  const layers = [chooseLayer(model.layers).layer.name];
  const jobs = {
    plain: async () => {
      const output = tidy(() => loaded.predict(tensor(data, [1, height, width, channels])));
      await output.data();
      output.dispose();
    },
    read: () => model.run(picture, { layers }),
    gradient: () => model.run(picture, { layers, seed: 'top' }),
    explain: () => explain(model, picture),
  };
  const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  for (let round = 0; round < 35; round++) {
    for (const [name, job] of Object.entries(jobs)) {
      const time = await timed(job);
      if (round >= 5) times[name].push(time);
    }
  }
  console.log(`${model.backend}, ${path.split('/').slice(-3).join('/')}, layer ${layers[0]}: medians`);
  const medians = (name) => [0, 1].map((clock) => median(times[name].map((time) => time[clock])));
  const plain = medians('plain');
  for (const name of Object.keys(jobs)) {
    const [wall, cpu] = medians(name).map(
      (time, i) => `${time.toFixed(2).padStart(7)} ms ${(time / plain[i]).toFixed(2)}`,
    );
    console.log(`${name.padEnd(9)}wall ${wall} of plain   processor ${cpu} of plain`);
  }
  await model.dispose();
  await loaded.dispose();
}
