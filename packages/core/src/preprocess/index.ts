export * from './preprocess.ts';
export * from './preprocess-for.ts';
export { type PresetName, presetNames, presets } from './presets.ts';
