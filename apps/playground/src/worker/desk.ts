import {
  explain,
  GradcamError,
  methodNamed,
  type Pixels,
  type Prediction,
  type Preprocessed,
  predictions,
  preprocess,
  type Size,
  tensorToPixels,
} from '@gradcam/onnx';
import type {
  Calls,
  Explained,
  ExplainRequest,
  LayerInfo,
  ModelInfo,
  OpenRequest,
  PaintRequest,
  Preparation,
} from '../protocol.ts';
import { attentive } from './attentive.ts';
import { type Opened, openModel } from './open-model.ts';
import { paint } from './paint.ts';
import { type Picture, readPicture } from './picture.ts';
import { type Prepared, prepared } from './prepared.ts';
import { Remembered } from './remembered.ts';
import { targetOf } from './target.ts';

type Answers = { [Call in keyof Calls]: (...asked: never[]) => Promise<ReturnType<Calls[Call]>> };

/** One model, one picture, and the last map. */
export class Desk implements Answers {
  #opened: (Opened & { readonly watched: Remembered; readonly count: Count }) | undefined;
  /** The last one that could be read. */
  #picture: Promise<Picture | undefined> = Promise.resolve(undefined);
  #fed: Fed | undefined;
  #explained: (Explained & { readonly picture: Picture }) | undefined;

  async open({ files, runtime }: OpenRequest): Promise<ModelInfo> {
    const opened = await openModel(files, runtime);
    const count: Count = { passes: 0, tell: undefined };
    const attended = attentive(opened.model, () => count.tell?.(++count.passes));
    this.#opened = { ...opened, count, watched: new Remembered(attended) };
    const { name, format, labels, model } = opened;
    return { name, format, labels, backend: model.backend, layers: layersOf(model.layers) };
  }

  async see(blob: Blob): Promise<Size> {
    const last = this.#picture;
    const reading = readPicture(blob);
    this.#picture = reading.catch(() => last);
    const { width, height } = (await reading).whole;
    return { width, height };
  }

  async explain(request: ExplainRequest, signal: AbortSignal, onPass: (passes: number) => void): Promise<Explained> {
    try {
      const { picture, ...explained } = await this.#explain(request, signal, onPass);
      this.#explained = { ...explained, picture };
      return explained;
    } catch (error) {
      // the last map answers another question; who only stops goes on looking at it
      if (!signal.aborted) this.#explained = undefined;
      throw error;
    }
  }

  async #explain(
    { target, layer, method: name, preparation }: ExplainRequest,
    signal: AbortSignal,
    onPass: (passes: number) => void,
  ): Promise<Explained & { readonly picture: Picture }> {
    const { labels, model, watched, count } = this.#ready(this.#opened, 'model');
    const { tensor, frame, settings, why, picture } = await this.#feed(preparation);
    signal.throwIfAborted();
    Object.assign(count, { passes: 0, tell: onPass });
    const method = methodNamed(name);
    const [explanation] = await explain(watched, tensor, {
      target: targetOf(target, labels),
      method,
      ...(layer === null || method.at === 'input' ? {} : { layer }),
      predictions: Infinity,
      signal,
    });
    if (!explanation) throw new GradcamError('runtime', `${model.backend}: nothing was explained`);
    return { explanation, frame, prepared: { settings, why, fed: tensorToPixels(tensor) }, picture };
  }

  async predict(preparation: Preparation, signal: AbortSignal): Promise<readonly Prediction[]> {
    const { model, watched } = this.#ready(this.#opened, 'model');
    const { tensor } = await this.#feed(preparation);
    const { output } = await watched.run(tensor, { signal });
    const sample = {
      output: { data: output.data, dims: output.dims.slice(1) },
      outputs: new Map(),
      score: model.score,
    };
    return predictions(sample, Infinity);
  }

  /** The picture as numbers; the same ones again are the same object, by which the model knows them. */
  async #feed(preparation: Preparation): Promise<Fed> {
    const { model, notes } = this.#ready(this.#opened, 'model');
    const picture = this.#ready(await this.#picture, 'picture');
    if (this.#fed?.picture !== picture || this.#fed.preparation !== preparation) {
      const how = prepared(model, notes, preparation);
      this.#fed = { ...how, ...preprocess(picture.whole, how.settings), picture, preparation };
    }
    return this.#fed;
  }

  async paint({ look, whole }: PaintRequest): Promise<Pixels> {
    const picture = this.#ready(await this.#picture, 'picture');
    const pixels = whole ? picture.whole : picture.shown;
    if (this.#explained?.picture !== picture) return pixels;
    const { explanation, frame } = this.#explained;
    return paint(pixels, picture.whole, explanation.map, frame, look);
  }

  #ready<T>(thing: T | undefined, what: string): T {
    if (thing !== undefined) return thing;
    throw new GradcamError('bad-input', `there is no ${what} yet; expected one before anything is explained`);
  }
}

interface Fed extends Preprocessed, Prepared {
  readonly picture: Picture;
  readonly preparation: Preparation;
}

interface Count {
  passes: number;
  tell: ((passes: number) => void) | undefined;
}

function layersOf(layers: Opened['model']['layers']): LayerInfo[] {
  return layers.slice(1).flatMap(({ name, kind, dims, grid, onPath, blocked }) => {
    if (!grid || !onPath) return [];
    const space = grid.kind === 'tokens' ? [grid.height, grid.width] : dims.slice(2);
    return [{ name, kind, space, blocked: blocked.length > 0 }];
  });
}
