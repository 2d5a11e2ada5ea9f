import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchOptions } from '../../../vitest.browser.ts';
import { apart, expected, expectedPicture, pixelsOf, shapes } from './expected.ts';
import { type Served, served } from './served.ts';
import { Visit } from './visit.ts';

const AGREE = 1e-4;
const SCENE = 'fish-and-star';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'gradcam-playground-'));
let site: Served;
let browser: Browser;
/** One for all visits, so that they share the browser's cache. */
let context: BrowserContext;

function written(name: string, content: Uint8Array | string): string {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
}

const visiting = async (hash: string, visit: (visit: Visit) => Promise<void>): Promise<void> => {
  const visitor = await Visit.to(context, site.address + hash);
  try {
    await visit(visitor);
    expect(visitor.complaints).toEqual([]);
    expect(visitor.requests.filter((url) => !url.startsWith(site.address) && !/^(blob|data):/.test(url))).toEqual([]);
  } finally {
    await visitor.leaves();
  }
};

beforeAll(async () => {
  site = await served(at('../dist'), '/some/where/');
  browser = await chromium.launch(launchOptions);
  context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('explains a sample scene for two classes as explain() does on Node, and saves what overlay() paints there', async () => {
  await visiting(`#scene=${SCENE}`, async (visit) => {
    await visit.sees('fish');
    const fish = await visit.saves();
    await visit.choosesClass('star');
    const star = await visit.saves();
    expect(apart(fish.map, (await expected(SCENE, 'fish')).map)).toBeLessThan(AGREE);
    expect(apart(star.map, (await expected(SCENE, 'star')).map)).toBeLessThan(AGREE);
    // the comparison can tell them apart
    expect(apart(fish.map, star.map)).toBeGreaterThan(0.1);
    expect(visit.page.url()).toContain(`#scene=${SCENE}&class=star`);
    // requests of the worker are among those that were looked at
    expect(visit.requests.some((url) => url.endsWith('.wasm'))).toBe(true);

    await visit.page.check('#contour');
    const { data, width, height } = await pixelsOf(await visit.savesPicture());
    const wanted = await expectedPicture(SCENE, star);
    expect([width, height]).toEqual([wanted.width, wanted.height]);
    const off = wanted.data.filter((value, i) => Math.abs(value - (data[i] ?? 0)) > 2);
    // a value on the edge of two colours may fall on either side
    expect(off.length / wanted.data.length).toBeLessThan(1e-3);
  });
});

test('opens at the class, layer and method that its address names', async () => {
  await visiting(`#scene=${SCENE}&class=star&layer=block4&method=layer-cam`, async (visit) => {
    await visit.sees('star');
    const { method, layer, target, map } = await visit.saves();
    expect({ method, layer: layer.name, target: target.index }).toEqual({
      method: 'layer-cam',
      layer: 'block4',
      target: 0,
    });
    await visit.page.selectOption('#layer', '');
    await visit.page.locator('#caption code', { hasText: 'block5' }).waitFor();
    expect(apart((await visit.saves()).map, (await expected(SCENE, 'star', 'layer-cam')).map)).toBeLessThan(AGREE);
    // block4 has the same cells, and other numbers
    expect(apart(map, (await expected(SCENE, 'star', 'layer-cam')).map)).toBeGreaterThan(0.05);
  });
});

test('reads the raw value of a cell by pointer and by arrow keys', async () => {
  await visiting(`#scene=${SCENE}`, async (visit) => {
    await visit.sees('fish');
    const { map } = await visit.saves();
    const [rows = 0, columns = 0] = map.dims;
    const box = await visit.page.locator('#picture').boundingBox();
    const [width, height] = [box?.width ?? 0, box?.height ?? 0];
    const said = visit.page.locator('#readout');
    const valueIn = async (): Promise<number> =>
      Number((await said.textContent())?.replace('−', '-').replace(/^.*: /, ''));
    await visit.page.hover('#picture', { position: { x: (4.5 / columns) * width, y: (6.5 / rows) * height } });
    expect(await said.textContent()).toContain('row 7, column 5:');
    expect(await valueIn()).toBeCloseTo(map.data[6 * columns + 4] ?? Number.NaN, 3);
    await visit.page.focus('#picture');
    await visit.page.keyboard.press('ArrowDown');
    await visit.page.keyboard.press('ArrowLeft');
    expect(await said.textContent()).toContain('row 8, column 4:');
    expect(await valueIn()).toBeCloseTo(map.data[7 * columns + 3] ?? Number.NaN, 3);
  });
});

test('explains dropped models: .onnx, and model.json with its weights, LayersModel and GraphModel', async () => {
  const dropped = [
    ['ONNX on onnxruntime-web (wasm)', ['model.onnx']],
    ['LayersModel on tfjs (wasm)', ['tfjs/model.json', 'tfjs/weights.bin']],
    ['GraphModel on tfjs (wasm)', ['tfjs/graph-model.json', 'tfjs/weights.bin', 'tfjs/axes.bin']],
  ] as const;
  await visiting(`#scene=${SCENE}`, async (visit) => {
    await visit.sees('fish');
    for (const [backend, files] of dropped) {
      await visit.drops(...files.map(shapes), shapes('scenes/flower-and-heart.png'));
      await visit.page.locator('#model-name', { hasText: backend }).waitFor();
      await visit.sees('flower');
      const own = await visit.saves();
      expect(own.backend).toBe(backend.replace(/^.* on /, ''));
      expect(apart(own.map, (await expected('flower-and-heart', 'flower')).map)).toBeLessThan(AGREE);
      expect(visit.page.url()).not.toContain('#');
    }
  });
});

test("takes labels and preprocessing from a Teachable Machine's metadata.json, and labels from a file of their own", async () => {
  await visiting('', async (visit) => {
    await visit.rests();
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    const json = JSON.parse(readFileSync(shapes('tfjs/model.json'), 'utf8')) as Record<string, unknown>;
    const plain = written('model.json', JSON.stringify({ ...json, userDefinedMetadata: {} }));
    const notes = written('metadata.json', JSON.stringify({ packageName: '@teachablemachine/image', labels: names }));
    await visit.drops(plain, notes, shapes('tfjs/weights.bin'));
    await visit.page.locator('#model-name', { hasText: '10 named classes' }).waitFor();
    await visit.rests();
    expect(await visit.page.locator('#preparation-hint').textContent()).toMatch(
      /pixel \/ 127 − 1: as metadata.json says/,
    );
    expect(names).toContain(await visit.page.locator('#caption strong').textContent());
    // and from a file that comes later
    await visit.drops(written('synset.txt', names.map((name) => `the ${name}`).join('\n')));
    await visit.page.locator('#caption strong', { hasText: /^the / }).waitFor();
    await visit.rests();
    expect(await visit.page.locator('#preparation-hint').textContent()).toMatch(/as metadata.json says/);
  });
});

test('says what is wrong where it is wrong, and keeps what was there', async () => {
  await visiting(`#scene=${SCENE}&class=cat`, async (visit) => {
    expect(await visit.reads('map')).toMatch(/^There is no map. no class is called "cat"; expected one of star, heart/);
    // what the model says is seen all the same
    await visit.choosesClass('fish');
    await visit.drops(written('cut.onnx', readFileSync(shapes('model.onnx')).subarray(0, 5000)));
    expect(await visit.reads('model')).toMatch(
      /^cut.onnx was not opened. shapes.onnx stays open. not a whole ONNX file/,
    );
    await visit.drops(shapes('tfjs/model.json'));
    expect(await visit.reads('model')).toMatch(
      /weights.bin, which is missing; drop that file together with model.json/,
    );
    await visit.drops(written('notes.doc', 'words'));
    expect(await visit.reads('model')).toMatch(/there is no model in notes.doc; expected a picture, a .onnx file/);
    await visit.drops(written('cut.png', readFileSync(shapes(`scenes/${SCENE}.png`)).subarray(0, 40)));
    expect(await visit.reads('picture')).toMatch(
      /^cut.png was not read. The last picture stays. cut.png is no picture/,
    );
    await visit.choosesClass('star');
    expect(await visit.page.locator('#picture-notice').isHidden()).toBe(true);
    // a good model with a bad picture: what it says of the picture that is there
    await visit.drops(shapes('model.onnx'), written('cut.png', 'no picture'));
    expect(await visit.reads('picture')).toMatch(/^cut.png was not read. The last picture stays./);
    await visit.choosesClass('star');
    expect(apart((await visit.saves()).map, (await expected(SCENE, 'star')).map)).toBeLessThan(AGREE);
  });
});

test('names the operator in front of which there is no gradient, and goes on behind it', async () => {
  await visiting('', async (visit) => {
    await visit.rests();
    await visit.drops(at('../../../packages/cli/test/fixtures/no-rule.onnx'));
    await visit.page.locator('#model-name', { hasText: 'no-rule.onnx' }).waitFor();
    await visit.rests();
    await visit.page.selectOption('#layer', 'features');
    expect(await visit.reads('map')).toMatch(/^There is no map. .*MaxpoolWithMask/);
    expect(await visit.page.locator('#save-map').isDisabled()).toBe(true);
    expect(await visit.page.locator('#predictions li').count()).toBe(3);
    await visit.page.selectOption('#layer', 'active');
    await visit.page.locator('#caption code', { hasText: 'active' }).waitFor();
    expect((await visit.saves()).layer.name).toBe('active');
  });
});

test('stops a long run, and ends it for the next one', async () => {
  await visiting(`#scene=${SCENE}`, async (visit) => {
    await visit.sees('fish');
    const running = visit.page.locator('#busy-text', { hasText: /runs of the network/ });
    await visit.page.selectOption('#method', 'rise');
    await running.waitFor();
    await visit.page.click('#stop');
    await visit.hears('aborted', 1);
    await visit.rests();
    expect(await visit.page.inputValue('#method')).toBe('grad-cam');
    expect((await visit.saves()).method).toBe('grad-cam');
    await visit.page.selectOption('#method', 'rise');
    await running.waitFor();
    await visit.page.selectOption('#method', 'hires-cam');
    await visit.hears('aborted', 2);
    const { method, map } = await visit.saves();
    expect(method).toBe('hires-cam');
    expect(apart(map, (await expected(SCENE, 'fish', 'hires-cam')).map)).toBeLessThan(AGREE);
  });
});
