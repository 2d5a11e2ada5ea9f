import type { Copy } from './copies.ts';
import type { Found } from './explain-sample.ts';
import type { MapPart } from './explanation.ts';
import type { Fusion } from './fuse.ts';
import { fuseLayers } from './layer-maps.ts';
import type { Place } from './place.ts';
import { sizeOf, type Tensor } from './tensor.ts';
import type { Warning } from './warnings.ts';

/** One sample's maps in one copy of the picture, in order of the places. */
export interface Layered {
  readonly copy: Copy;
  readonly maps: readonly Found[];
}

/** One sample's maps made one. */
export interface Made {
  readonly map: Tensor;
  readonly parts: readonly MapPart[];
  readonly weights: Float64Array | null;
  readonly warnings: readonly Warning[];
  readonly place: Place;
}

function mean(maps: readonly Tensor[]): Tensor {
  const [first = { data: new Float32Array(), dims: [0] }] = maps;
  if (maps.length === 1) return first;
  const data = first.data.map((_, i) => maps.reduce((sum, map) => sum + (map.data[i] ?? 0), 0) / maps.length);
  return { data, dims: first.dims };
}

/** What was said of any map, once; of several layers with the layer in front. */
function warningsOf(all: readonly Layered[], places: readonly Place[], map: Tensor): Warning[] {
  const said = new Map<string, Warning>();
  for (const { maps } of all) {
    for (const [at, { warnings }] of maps.entries()) {
      const name = places.length > 1 ? `${places[at]?.layer.name}: ` : '';
      for (const { code, message } of warnings) {
        const key = `${name}${code}`;
        if (!said.has(key)) said.set(key, { code, message: `${name}${message}` });
      }
    }
  }
  const positive = all.every(({ maps }) => maps.every((found) => found.map.data.some((value) => value > 0)));
  if (places.length > 1 && positive && map.data.every((value) => value === 0)) {
    const message = `no position counts in all of ${places.map(({ layer }) => layer.name).join(', ')}, so nothing is left; fuse them by mean or max`;
    said.set('disjoint-layers', { code: 'disjoint-layers', message });
  }
  return [...said.values()];
}

/** The layers' maps fused, then the copies' averaged. */
export function madeOf(all: readonly Layered[], places: readonly Place[], fusion: Fusion | null): Made {
  const layered = all.map(({ copy, maps }) => ({
    copy,
    maps: maps.map(({ map }) => copy.back(map)),
  }));
  const map = mean(layered.map(({ maps }) => fuseLayers(maps, fusion ?? 'mean')));
  const parts = layered.flatMap(({ copy, maps }) =>
    maps.map((one, at) => ({ layer: places[at]?.layer.name ?? '', copy: copy.name, map: one })),
  );
  const [first] = all;
  const sizes = first?.maps.map((found) => sizeOf(found.map.dims)) ?? [];
  const finest = places[sizes.indexOf(Math.max(...sizes))] ?? places[0];
  if (!finest) throw new TypeError('an explanation has a place');
  const place =
    fusion === null
      ? finest
      : { ...finest, reason: `the ${fusion} of ${places.map((one) => one.layer.name).join(', ')}; ${finest.reason}` };
  return {
    map,
    parts: parts.length > 1 ? parts : [],
    weights: parts.length > 1 ? null : (first?.maps[0]?.weights ?? null),
    warnings: warningsOf(all, places, map),
    place,
  };
}
