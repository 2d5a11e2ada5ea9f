import { GradcamError } from '@gradcam/onnx';
import type { Calls, Failure, FromWorker, ToWorker } from '../protocol.ts';
import { Desk } from './desk.ts';

const desk = new Desk();
const running = new Map<number, AbortController>();

const tell = (answer: FromWorker, transfer: Transferable[] = []): void => self.postMessage(answer, { transfer });

function failureOf(error: unknown): Failure {
  if (error instanceof GradcamError) return { code: error.code, message: error.message };
  if (error instanceof DOMException && error.name === 'AbortError') return { code: 'aborted', message: error.message };
  return { code: 'unknown', message: error instanceof Error ? error.message : String(error) };
}

self.addEventListener('message', async ({ data }: MessageEvent<ToWorker>) => {
  const { id, call } = data;
  if (call === 'abort') return running.get(id)?.abort();
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const answer = desk[call] as (
      request: unknown,
      signal: AbortSignal,
      onPass: (passes: number) => void,
    ) => Promise<ReturnType<Calls[keyof Calls]>>;
    const value = await answer.call(desk, data.request, controller.signal, (passes) => tell({ id, passes }));
    tell({ id, value });
  } catch (error) {
    tell({ id, failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
});
