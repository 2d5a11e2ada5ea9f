import {
  type ExplainOptions,
  explain,
  GradcamError,
  type Method,
  type Model,
  overlay,
  type Pixels,
  resizePixels,
  type Tensor,
} from '@gradcam/core';
import type { Feed } from './feed.ts';
import { mapFor } from './look-option.ts';
import { type Tile, tiled } from './tiles.ts';

const SIDE = 224;
const COLUMNS = 7;

/** At most `SIDE` pixels along the longer side. */
function reduced(picture: Pixels): Pixels {
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  return resizePixels(picture, width ?? 1, height ?? 1);
}

/** The largest cells of a map of pixels are a few and far above the rest, which would not be seen beside them. */
const SEEN = 0.995;

function brightened({ data, dims }: Tensor): Tensor {
  const limit = data.toSorted()[Math.floor(SEEN * (data.length - 1))] ?? 0;
  return limit > 0 ? { data: data.map((value) => Math.min(value, limit)), dims } : { data, dims };
}

function faded({ data, width, height }: Pixels): Pixels {
  return { data: data.map((value, i) => (i % 4 === 3 ? value : 255 - (255 - value) / 4)), width, height };
}

/** What the sheet shows of one method. */
export interface Shown {
  readonly method: Method;
  /** Why there is no map. */
  readonly refusal: string | null;
}

/**
 * One picture explained by all methods, each the map over the picture, in rows. A method that does not fit the model is shown pale, with the
 * reason in what is returned.
 */
export async function sheet(
  model: Model,
  feed: Feed,
  methods: readonly Method[],
  options: ExplainOptions,
  each: (method: Method, index: number) => void,
): Promise<{ readonly pixels: Pixels; readonly shown: readonly Shown[] }> {
  const picture = feed.picture(0);
  const tiles: [Tile, ...Tile[]] = [{ pixels: reduced(picture), caption: 'the picture' }];
  const shown: Shown[] = [];
  for (const [index, method] of methods.entries()) {
    each(method, index);
    try {
      const { layer, ...rest } = options;
      const given = method.at === 'input' || layer === undefined ? {} : { layer };
      const [found] = await explain(model, feed.tensor, { ...rest, ...given, method });
      if (!found) throw new GradcamError('bad-input', 'the file holds no sample');
      const fine = found.map.dims.every((side, axis) => side === feed.tensor.dims[axis + 2]);
      const look = feed.frame ? { frame: feed.frame } : {};
      tiles.push({
        pixels: reduced(overlay(picture, mapFor({}, fine ? brightened(found.map) : found.map), look)),
        caption: method.name,
      });
      shown.push({ method, refusal: null });
    } catch (error) {
      if (!(error instanceof GradcamError) || !/^(unsupported-model|no-gradient)$/.test(error.code)) throw error;
      tiles.push({ pixels: reduced(faded(picture)), caption: `${method.name}: not here` });
      shown.push({ method, refusal: error.message });
    }
  }
  return { pixels: tiled(tiles, COLUMNS), shown };
}
