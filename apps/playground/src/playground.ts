import type { Prediction, Size } from '@gradcam/onnx';
import { bundledModel, type Scene, scenePicture, scenes } from './bundled.ts';
import { Explainer } from './explainer.ts';
import { isModel, onlyNotes, sorted } from './file-kinds.ts';
import { Painter } from './painter.ts';
import { hashOf, viewIn } from './permalink.ts';
import { at, Placed } from './placed.ts';
import type { Explained, ExplainRequest, Runtime } from './protocol.ts';
import { saveNumbers, savePicture } from './save.ts';
import { busy, idle } from './view/busy.ts';
import { fillLayers } from './view/choices.ts';
import { lookNow } from './view/look.ts';
import { showModel } from './view/model.ts';
import { clearNotices, notice } from './view/notice.ts';
import { nameOf, showPredictions } from './view/predictions.ts';
import { showResult } from './view/result.ts';
import { markScene } from './view/scenes.ts';
import { showSettings } from './view/settings.ts';

interface Picture {
  readonly file: File;
  /** Null for one of the visitor's own. */
  readonly scene: string | null;
}

const FIRST: ExplainRequest = { target: 'top', layer: null, method: 'grad-cam', preparation: 'auto' };

/** What the page is about: a model, a picture, and what is asked of them. Each thing that is begun ends what was running. */
export class Playground {
  readonly #painter = new Painter();
  #explainer: Explainer | undefined;
  /** What was dropped; the sample model where no model is among it. */
  #files: readonly File[] = [];
  #runtime: Runtime = 'wasm';
  #picture: (Picture & { readonly size: Size }) | undefined;
  #request = FIRST;
  /** The last map, and what was asked for it. */
  #done: { readonly request: ExplainRequest; readonly explained: Explained } | undefined;
  #running = new AbortController();

  /** The sample model, with the view that the address names. */
  start(): Promise<void> {
    return this.#begin(async (signal) => {
      const view = viewIn(location.hash);
      await this.#open([], signal);
      const { target, layer, method } = view ?? FIRST;
      this.#request = { ...FIRST, target: target ?? FIRST.target, layer, method: method ?? FIRST.method };
      const scene = scenes.find(({ name }) => name === view?.scene) ?? scenes[0];
      if (scene) await this.#see(await pictureOf(scene), signal);
    });
  }

  takeFiles(files: readonly File[]): Promise<void> {
    const { pictures, model } = sorted(files);
    const [file] = pictures;
    return this.#begin(async (signal) => {
      if (model.length > 0) await this.#open(onlyNotes(model) ? [...this.#files, ...model] : model, signal);
      await (file ? this.#anew({ file, scene: null }, signal) : this.#explain(signal));
    });
  }

  takeScene(scene: Scene): Promise<void> {
    return this.#begin(async (signal) => this.#anew(await pictureOf(scene), signal));
  }

  takeSample(): Promise<void> {
    return this.#begin(async (signal) => {
      await this.#open([], signal);
      await this.#explain(signal);
    });
  }

  runOn(runtime: Runtime): Promise<void> {
    const request = this.#request;
    return this.#begin(async (signal) => {
      await this.#open(this.#files, signal, runtime);
      this.#request = request;
      await this.#explain(signal);
    });
  }

  change(part: Partial<ExplainRequest>): Promise<void> {
    this.#request = { ...this.#request, ...part };
    return this.#begin((signal) => this.#explain(signal));
  }

  /** Ends what runs, and goes back to what was seen before, if that was about the same model and picture. */
  async stop(): Promise<void> {
    this.#running.abort();
    idle();
    if (this.#done) this.#request = this.#done.request;
    else showPredictions(null);
    await this.#show();
  }

  async paint(): Promise<void> {
    const explainer = this.#explainer;
    if (!explainer || !this.#picture) return;
    try {
      await this.#painter.paint({ explainer, map: this.#done?.explained.explanation.map ?? null });
    } catch (error) {
      notice('map', 'It could not be painted.', error instanceof Error ? error.message : String(error));
    }
  }

  async savePicture(): Promise<void> {
    if (!this.#explainer || !this.#done) return;
    const pixels = await this.#explainer.paint({ look: lookNow(), whole: true });
    await savePicture(pixels, this.#done.explained.explanation, this.#className());
  }

  saveNumbers(): void {
    if (this.#done) saveNumbers(this.#done.explained.explanation, this.#className());
  }

  async #begin(job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#running.abort();
    const running = new AbortController();
    this.#running = running;
    clearNotices();
    try {
      await job(running.signal);
    } catch (error) {
      if (running.signal.aborted) return;
      const { place, outcome, message } = error instanceof Placed ? error : new Placed('model', '', error);
      notice(place, outcome, message);
      if (this.#explainer) showModel(this.#explainer.info, onlyNotes(this.#files), this.#runtime);
    } finally {
      if (this.#running === running) idle();
    }
  }

  async #open(files: readonly File[], signal: AbortSignal, runtime = this.#runtime): Promise<void> {
    busy('opening the model');
    const isSample = onlyNotes(files);
    const kept = this.#explainer ? ` ${this.#explainer.info.name} stays open.` : '';
    const opening = Explainer.open({ files: isSample ? [await bundledModel(), ...files] : files, runtime }, signal);
    const explainer = await at(
      'model',
      `${isSample ? 'The sample model' : named(files)} was not opened.${kept}`,
      opening,
    );
    this.#explainer?.close();
    this.#explainer = explainer;
    this.#files = files;
    this.#runtime = runtime;
    this.#request = { ...FIRST, method: this.#request.method };
    this.#done = undefined;
    fillLayers(explainer.info);
    showModel(explainer.info, isSample, runtime);
    showPredictions(null);
    if (this.#picture) await explainer.see(this.#picture.file, { signal });
  }

  /** A picture, and what the model says of it first. */
  async #anew(picture: Picture, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#request = { ...this.#request, target: FIRST.target };
    await this.#see(picture, signal);
  }

  async #see({ file, scene }: Picture, signal: AbortSignal): Promise<void> {
    if (!this.#explainer) throw new Error('no model is open; drop one, or reload the page');
    const kept = this.#picture ? ' The last picture stays.' : '';
    const seeing = at('picture', `${file.name} was not read.${kept}`, this.#explainer.see(file, { signal }));
    const size = await seeing.catch(async (error: unknown) => {
      // a model that has just been opened has the last picture to speak of
      if (!signal.aborted && !this.#done) await this.#explain(signal).catch(() => undefined);
      throw error;
    });
    this.#picture = { file, scene, size };
    this.#done = undefined;
    markScene(scene);
    await this.#explain(signal);
  }

  async #explain(signal: AbortSignal): Promise<void> {
    if (!this.#explainer || !this.#picture) return;
    busy('computing');
    showSettings(this.#request, null);
    const request = this.#request;
    const onPasses = (passes: number): void => {
      if (!signal.aborted && passes > 2) busy(`${passes} runs of the network so far`);
    };
    try {
      const asked = this.#explainer.explain(request, { signal, onPasses });
      this.#done = { request, explained: await at('map', 'There is no map.', asked) };
    } catch (error) {
      if (signal.aborted) throw error;
      this.#done = undefined;
      this.#predict(await this.#explainer.predict(request.preparation, { signal }).catch(() => []), null);
      throw error;
    } finally {
      if (!signal.aborted) await this.#show();
    }
  }

  /** All that is known now. */
  async #show(): Promise<void> {
    const explained = this.#done?.explained ?? null;
    if (explained) {
      const { predictions, target } = explained.explanation;
      this.#predict(predictions, target.index);
      this.#address();
    }
    showSettings(this.#request, explained);
    if (this.#picture) showResult(explained, this.#className(), this.#picture.size);
    await this.paint();
  }

  /** What the model says; `selected` is explained. */
  #predict(predictions: readonly Prediction[], selected: number | null): void {
    const labels = this.#explainer?.info.labels ?? null;
    showPredictions({ predictions, labels, selected, onChoose: (target) => void this.change({ target }) });
  }

  #className(): string {
    const { index, name } = this.#done?.explained.explanation.target ?? { index: null, name: '' };
    return index === null ? name : nameOf(index, this.#explainer?.info.labels ?? null);
  }

  /** The address names what is seen, where it can be seen again. */
  #address(): void {
    const { target, layer, method } = this.#request;
    const scene = this.#files.length === 0 ? this.#picture?.scene : null;
    const view = {
      target: target === FIRST.target ? null : this.#className(),
      layer,
      method: method === FIRST.method ? null : method,
    };
    history.replaceState(null, '', scene ? hashOf({ scene, ...view }) : location.pathname + location.search);
  }
}

const named = (files: readonly File[]): string => (files.find(isModel) ?? files[0])?.name ?? 'A model';
const pictureOf = async (scene: Scene): Promise<Picture> => ({ file: await scenePicture(scene), scene: scene.name });
