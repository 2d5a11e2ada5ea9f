export { type ColourScale, type ColourTable, colourScales, coloursOf } from './colour-scale.ts';
export { type Colouring, colourise } from './colourise.ts';
export * from './draw-lines.ts';
export { type Frame, placed } from './frame.ts';
export * from './lay-over.ts';
export * from './overlay.ts';
export type { Pixels, Size } from './pixels.ts';
export * from './resize-pixels.ts';
export * from './tensor-to-pixels.ts';
