import type { Profile } from '@gradcam/onnx-autodiff';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';

type Common = typeof import('onnxruntime-common');

/** What this package uses of onnxruntime-web or onnxruntime-node; the caller imports one of them and hands it in. */
export interface Ort {
  readonly InferenceSession: Pick<Common['InferenceSession'], 'create'>;
  readonly Tensor: Common['Tensor'];
  readonly env: { readonly versions: { readonly web?: string; readonly node?: string } };
}

/** The execution provider that plain CPU sessions use on this runtime. */
export function defaultProvider(ort: Ort): 'cpu' | 'wasm' {
  return ort.env.versions.web === undefined ? 'cpu' : 'wasm';
}

/** "webgpu", be it said alone or with options. */
export const nameOf = (provider: InferenceSession.ExecutionProviderConfig): string =>
  typeof provider === 'string' ? provider : provider.name;

/** The forms of the gradient that run on all of these providers. */
export function profileFor(providers: readonly InferenceSession.ExecutionProviderConfig[]): Profile {
  return providers.every((provider) => nameOf(provider) === 'cpu') ? 'cpu' : 'portable';
}

/** "onnxruntime-web (wasm)" */
export function backendName(ort: Ort, providers: readonly InferenceSession.ExecutionProviderConfig[]): string {
  return `onnxruntime-${ort.env.versions.web === undefined ? 'node' : 'web'} (${providers.map(nameOf).join(', ')})`;
}

export type { InferenceSession, OrtTensor };
