import { expect, test } from 'vitest';
import { definitionOf, graphModel, layersModel, networks, onnxBytes, picturesFor } from '../src/networks.ts';

test('every network has a name of its own', () => {
  expect(new Set(networks.map(({ name }) => name)).size).toBe(networks.length);
});

test('all networks in all formats take less than 3 MB', () => {
  let bytes = 0;
  for (const network of networks) {
    bytes += definitionOf(network).length + onnxBytes(network).length;
    for (const [format, write] of [
      ['layers-model', layersModel],
      ['graph-model', graphModel],
    ] as const) {
      if (network.without[format] !== undefined) continue;
      const { modelTopology, weightData } = write(network);
      bytes += JSON.stringify(modelTopology).length + weightData.byteLength;
    }
  }
  expect(bytes).toBeLessThan(3e6);
  expect(bytes).toBeGreaterThan(1e5);
});

test('a format that cannot hold a network says so', () => {
  const mixed = networks.find(({ name }) => name === 'samples mixed in a batch');
  expect(() => layersModel(mixed as NonNullable<typeof mixed>)).toThrow('a LayersModel has no layer for centreBatch');
});

test('the same seed gives the same pictures, whatever the count', () => {
  for (const network of networks) {
    const [one, three] = [picturesFor(network, 1, 7), picturesFor(network, 3, 7)];
    for (const [name, { data }] of one) expect(three.get(name)?.data.subarray(0, data.length)).toEqual(data);
  }
});
