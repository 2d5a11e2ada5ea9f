import type { Tensor } from '@gradcam/onnx';
import { type Explainer, ExplainerError } from './explainer.ts';
import { showLegend } from './view/legend.ts';
import { lookNow } from './view/look.ts';
import { showPixels } from './view/stage.ts';

interface Wish {
  readonly explainer: Explainer;
  /** Null for the picture alone. */
  readonly map: Tensor | null;
}

/** Paints one picture at a time; of wishes that come meanwhile only the last counts. */
export class Painter {
  #wish: Wish | undefined;
  #painting: Promise<void> | undefined;

  paint(wish: Wish): Promise<void> {
    this.#wish = wish;
    this.#painting ??= this.#work().finally(() => {
      this.#painting = undefined;
    });
    return this.#painting;
  }

  async #work(): Promise<void> {
    while (this.#wish) {
      const { explainer, map } = this.#wish;
      this.#wish = undefined;
      const look = lookNow();
      const pixels = await explainer.paint({ look, whole: false }).catch((error: unknown) => {
        // another model took its place, and will be painted
        if (error instanceof ExplainerError && error.code === 'disposed') return null;
        throw error;
      });
      if (!pixels || this.#wish) continue;
      showPixels(pixels);
      showLegend(map, look);
    }
  }
}
