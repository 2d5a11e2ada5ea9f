import type { Layer } from '../src/index.ts';

/** A layer without peculiarities: a map on the only way from the input to the score. */
export const layerNamed = (name: string, kind: string, dims: Layer['dims'], more: Partial<Layer> = {}): Layer => ({
  name,
  aliases: [],
  kind,
  dims,
  grid: { kind: 'map' },
  bypassed: false,
  onPath: true,
  classMap: false,
  blocked: [],
  ...more,
});
