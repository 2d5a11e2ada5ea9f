import type { InferenceSession, Ort, OrtTensor } from '../src/runtime.ts';

/** A runtime that knows how many of its results have not been disposed of: on a GPU each is a buffer. */
export function counted(ort: Ort): { readonly runtime: Ort; readonly live: () => number } {
  const results = new Set<OrtTensor>();
  const watched = (tensor: OrtTensor): OrtTensor => {
    results.add(tensor);
    const dispose = tensor.dispose.bind(tensor);
    tensor.dispose = () => {
      results.delete(tensor);
      dispose();
    };
    return tensor;
  };
  const create = async (...args: Parameters<Ort['InferenceSession']['create']>): Promise<InferenceSession> => {
    const session = await ort.InferenceSession.create(...args);
    const run = session.run.bind(session) as (...given: unknown[]) => Promise<InferenceSession.ReturnType>;
    session.run = async (...given: unknown[]): Promise<InferenceSession.ReturnType> => {
      const found = await run(...given);
      for (const value of Object.values(found)) watched(value as OrtTensor);
      return found;
    };
    return session;
  };
  const runtime: Ort = {
    Tensor: ort.Tensor,
    env: ort.env,
    InferenceSession: { create: create as Ort['InferenceSession']['create'] },
  };
  return { runtime, live: () => results.size };
}
