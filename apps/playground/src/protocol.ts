import type {
  ColourScale,
  ErrorCode,
  Explanation,
  Frame,
  Pixels,
  Prediction,
  Preprocess,
  PresetName,
  Size,
} from '@gradcam/onnx';

/** Where an ONNX model runs; TensorFlow.js always runs on wasm. */
export type Runtime = 'wasm' | 'webgpu';

export interface OpenRequest {
  /** The model, and what was dropped with it: weights, labels, notes on preprocessing. */
  readonly files: readonly File[];
  readonly runtime: Runtime;
}

export interface LayerInfo {
  readonly name: string;
  /** "Conv", "Relu", ... */
  readonly kind: string;
  /** Rows and columns of its map, null where they depend on the picture. */
  readonly space: readonly (number | null)[];
  /** No gradient reaches it; why, is said when it is chosen. */
  readonly blocked: boolean;
}

export interface ModelInfo {
  /** Of the file. */
  readonly name: string;
  readonly format: 'ONNX' | 'LayersModel' | 'GraphModel';
  readonly backend: string;
  /** By class; null where nothing names them. */
  readonly labels: readonly string[] | null;
  /** Those that can be shown as a picture, in execution order. */
  readonly layers: readonly LayerInfo[];
}

/** How pictures are prepared: as the model says or as guessed, or a preset. */
export type Preparation = 'auto' | PresetName;

export interface ExplainRequest {
  /** A class, its label, or the model's own top class. */
  readonly target: number | string;
  /** Null for the automatic choice. */
  readonly layer: string | null;
  readonly method: string;
  readonly preparation: Preparation;
}

export interface Explained {
  readonly explanation: Explanation;
  /** What the model saw of the picture, in pixels of it. */
  readonly frame: Frame;
  readonly prepared: {
    readonly settings: Preprocess;
    /** For people: who says so. */
    readonly why: string;
    /** The numbers that the model got, as a picture. */
    readonly fed: Pixels;
  };
}

/** How a map is shown. */
export interface Look {
  readonly scale: ColourScale;
  /** Of the strongest evidence, 0..1. */
  readonly opacity: number;
  readonly contour: boolean;
  /** What speaks against the class as well, in the diverging scale. */
  readonly signed: boolean;
  /** Between cells: smooth, or the cells as they are. */
  readonly smooth: boolean;
}

export interface PaintRequest {
  readonly look: Look;
  /** At the picture's own size, not the screen's. */
  readonly whole: boolean;
}

/** What the page asks of its worker. A worker holds one model. */
export interface Calls {
  open(request: OpenRequest): ModelInfo;
  /** The picture to explain from now on. */
  see(picture: Blob): Size;
  explain(request: ExplainRequest): Explained;
  /** What the model says, where it cannot be explained. */
  predict(preparation: Preparation): readonly Prediction[];
  /** The picture with the last map over it. */
  paint(request: PaintRequest): Pixels;
}

export type Question = {
  [Call in keyof Calls]: { readonly id: number; readonly call: Call; readonly request: Parameters<Calls[Call]>[0] };
}[keyof Calls];

/** `abort` ends the question of that id. */
export type ToWorker = Question | { readonly id: number; readonly call: 'abort' };

export interface Failure {
  /** One of the library's codes; `unknown` for anything else that was thrown. */
  readonly code: ErrorCode | 'aborted' | 'unknown';
  readonly message: string;
}

export type FromWorker =
  | { readonly id: number; readonly value: ReturnType<Calls[keyof Calls]> }
  | { readonly id: number; readonly failure: Failure }
  /** So many runs of the network so far. */
  | { readonly id: number; readonly passes: number };
