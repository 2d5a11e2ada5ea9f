import { describe, expect, it } from 'vitest';
import {
  explanationFromJson,
  explanationToJson,
  type Features,
  gradCam,
  gradCamPlusPlus,
  layerCam,
  refineCam,
  resizeMap,
  type Tensor,
} from '../src/index.ts';
import { closeTo, draw, one, picture, shown, space } from './one-picture.ts';

const flip = ({ data, dims }: Tensor): Tensor => {
  const width = dims.at(-1) ?? 1;
  return { data: data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)] ?? 0), dims };
};
const scaled = ({ data, dims }: Tensor, by: number): Tensor => ({ data: data.map((v) => v * by), dims });

describe('several layers', () => {
  const layers = ['relu1', 'relu2'];
  it.each([
    ['mean', (a: number, b: number) => (a + b) / 2],
    ['max', Math.max],
    ['product', (a: number, b: number) => a * b],
  ] as const)('%s of each map over its largest value, at the finest resolution', async (fusion, rule) => {
    const found = await one({ layer: layers, fusion, method: layerCam });
    const [fine, coarse] = [
      (await one({ layer: 'relu1', method: layerCam })).map,
      (await one({ layer: 'relu2', method: layerCam })).map,
    ];
    const [a, b] = [shown(fine).data, resizeMap(shown(coarse), space).data];
    closeTo(
      found.map.data,
      a.map((value, i) => rule(value, b[i] ?? 0)),
    );
    expect(found.map.dims).toEqual(space);
    expect(found.parts.map(({ layer, map }) => [layer, map])).toEqual([
      ['relu1', fine],
      ['relu2', coarse],
    ]);
    expect(found.layer).toMatchObject({ name: 'relu1', chosen: 'given' });
    expect(found.layer.reason).toContain(`the ${fusion} of relu1, relu2`);
    expect(found.settings.fusion).toBe(fusion);
    expect(explanationFromJson(JSON.parse(JSON.stringify(explanationToJson(found))))).toEqual(found);
  });

  it('is the plain map for a list of one', async () => {
    const { map, parts, weights } = await one({ layer: ['relu2'] });
    expect({ map, parts, weights }).toEqual({ map: (await one()).map, parts: [], weights: (await one()).weights });
  });

  it('RefineCAM takes the last layer of each resolution, or those given', async () => {
    const found = await one({ method: refineCam });
    expect(found.parts.map(({ layer }) => layer)).toEqual(['relu2', 'relu1']);
    closeTo(found.map.data, (await one({ method: gradCamPlusPlus, layer: layers, fusion: 'product' })).map.data);
    expect((await one({ method: refineCam, layer: ['conv1', 'half'] })).parts.map(({ layer }) => layer)).toEqual([
      'conv1',
      'half',
    ]);
  });

  it.each([
    [{ layer: [] }, /empty/],
    [{ layer: ['relu1', 'relu1'] }, /twice/],
    [{ layer: ['relu1', 'nothing'] }, /no layer "nothing"/],
  ])('refuses %o', async (options, message) => {
    await expect(one(options)).rejects.toThrow(message);
  });

  it('says so when the layers share no position, and names the layer of a warning', async () => {
    const method = {
      ...gradCam,
      caution: 'made up',
      explain: (_activation: Features, { positions }: Features) => {
        const map = new Float64Array(positions);
        map[positions > 12 ? 0 : positions - 1] = 1;
        return { map };
      },
    };
    const found = await one({ layer: layers, fusion: 'product', method });
    expect(found.warnings.map(({ code, message }) => [code, message.slice(0, 6)])).toEqual([
      ['fails-sanity-checks', 'relu1:'],
      ['fails-sanity-checks', 'relu2:'],
      ['disjoint-layers', 'no pos'],
    ]);
    expect((await one({ layer: layers, fusion: 'mean', method })).warnings.map(({ code }) => code)).not.toContain(
      'disjoint-layers',
    );
  });
});

describe('augmentation smoothing', () => {
  it('is the mean of the maps of six copies, each turned back', async () => {
    const maps: Tensor[] = [];
    for (const by of [1, 0.9, 1.1]) {
      maps.push((await one({}, scaled(picture, by))).map, flip((await one({}, scaled(flip(picture), by))).map));
    }
    const found = await one({ augSmooth: true });
    closeTo(
      found.map.data,
      found.map.data.map((_, i) => maps.reduce((sum, map) => sum + (map.data[i] ?? 0), 0) / 6),
    );
    expect(found.parts).toHaveLength(6);
    expect(found.settings.augSmooth).toBe(true);
  });

  it('asks every copy about the class that was on top of the true picture', async () => {
    const found = await one({ augSmooth: true, target: 'top' });
    const top = (await one({ target: 'top' })).target.index;
    expect(found.map).toEqual((await one({ augSmooth: true, target: top ?? -1 })).map);
  });

  it('does not mirror a signal', async () => {
    expect((await one({ augSmooth: true }, draw([8]))).parts.map(({ copy }) => copy)).toEqual([
      'as it is',
      'as it is, x 0.9',
      'as it is, x 1.1',
    ]);
  });
});
