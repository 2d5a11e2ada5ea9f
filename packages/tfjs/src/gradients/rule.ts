import {
  type GradConfig,
  getGradient,
  getKernel,
  type KernelConfig,
  registerGradient,
  registerKernel,
  type Tensor,
  unregisterGradient,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/** One row of the gradient pack: a kernel whose gradient tfjs gets wrong, or lacks. */
export interface Rule {
  /** The kernel's name in tfjs's registry. */
  readonly kernel: string;
  /** Where tfjs needs it; absent: on every backend. */
  readonly backends?: readonly string[];
  /** Kernels of the backend that the gradient runs and that an application may have left out. */
  readonly runs?: readonly string[];
  /** Puts it in place; the answer puts back what was there before. */
  install(backend: string): () => void;
}

/** What a gradient is made of: the cotangent of the output, what the forward pass saved, and the kernel's attributes. */
export interface Given<Name extends string, Attributes> {
  readonly dy: Tensor;
  readonly saved: Readonly<Record<Name | 'output', Tensor>>;
  readonly attrs: Attributes;
}

interface Row<Name extends string, Attributes> {
  readonly kernel: string;
  readonly backends?: readonly string[];
  readonly runs?: readonly string[];
  /** Inputs to keep for the backward pass, by name; `'all'` of a kernel whose inputs are numbered. */
  readonly saves: readonly Name[] | 'all';
  readonly savesOutput?: boolean;
  /** The cotangent of each input, computed only where it is asked for. */
  gradient(given: Given<Name, Attributes>): Readonly<Record<string, () => Tensor>>;
}

/** A rule that stands in the registry of gradients. */
export function rule<Name extends string, Attributes>(row: Row<Name, Attributes>): Rule {
  const { kernel, backends, runs, saves, savesOutput = false } = row;
  const config: GradConfig = {
    kernelName: kernel,
    ...(saves === 'all' ? { saveAllInputs: true } : { inputsToSave: [...saves] }),
    outputsToSave: [savesOutput],
    gradFunc(dy, tensors, attrs) {
      const names = saves === 'all' ? Object.keys(tensors) : saves;
      const saved = Object.fromEntries(tensors.map((tensor, i) => [names[i] ?? 'output', tensor]));
      return row.gradient({
        dy: dy as Tensor,
        saved: saved as Given<Name, Attributes>['saved'],
        attrs: attrs as Attributes,
      });
    },
  };
  return {
    kernel,
    ...(backends ? { backends } : {}),
    ...(runs ? { runs } : {}),
    install: () => replaceGradient(config),
  };
}

/** Registers a gradient; the answer restores what was registered before. */
export function replaceGradient(config: GradConfig): () => void {
  const before = getGradient(config.kernelName) as GradConfig | undefined;
  registerGradient(config);
  return () => (before ? registerGradient(before) : unregisterGradient(config.kernelName));
}

/** Replaces a registered kernel; the answer restores it. */
export function replaceKernel(config: KernelConfig): () => void {
  const { kernelName, backendName } = config;
  const before = getKernel(kernelName, backendName);
  // registering over a kernel would warn on the user's console
  unregisterKernel(kernelName, backendName);
  registerKernel(config);
  return () => {
    unregisterKernel(kernelName, backendName);
    registerKernel(before);
  };
}
