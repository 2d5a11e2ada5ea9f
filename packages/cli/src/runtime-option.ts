import type { Option } from './command.ts';
import { runtimes } from './formats/format.ts';

/** `--runtime`, of every command that runs a model. */
export const runtimeOption: Option = {
  value: '<name>',
  help: 'Where to run the model: node (default) or wasm for a .onnx file, wasm (default) or cpu for a TensorFlow.js model.json.',
  choices: runtimes,
};
