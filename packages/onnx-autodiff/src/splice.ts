import type { ModelFile } from './graph/file.ts';
import { numberOf } from './wire/schema.ts';
import { Writer } from './wire/writer.ts';

/** A file that was extended. The original graph bytes stand in it unchanged, `patchBytes` were added. */
export interface Spliced {
  readonly bytes: Uint8Array;
  readonly patchBytes: number;
}

/**
 * Old graph bytes ++ patch bytes under one new length. Protobuf merges messages that stand one after the other, so the
 * repeated fields of the patch (nodes, initializers, inputs, outputs) come to those of the graph; the graph is never
 * decoded and written again. Several graph fields would say the same, but some readers then keep only the last.
 */
export function splice(file: ModelFile, patch: Uint8Array): Spliced {
  const { bytes, graphSpans } = file;
  const graphBytes = graphSpans.reduce((length, span) => length + span.to - span.from, 0);
  const head = new Writer()
    .varint(numberOf('Model', 'graph') * 8 + 2)
    .varint(graphBytes + patch.length)
    .finish();
  const removed = graphSpans.reduce((length, span) => length + span.to - span.start, 0);
  const whole = new Uint8Array(bytes.length - removed + head.length + graphBytes + patch.length);
  let at = 0;
  const put = (piece: Uint8Array): void => {
    whole.set(piece, at);
    at += piece.length;
  };
  const first = graphSpans[0]?.start ?? 0;
  put(bytes.subarray(0, first));
  put(head);
  for (const span of graphSpans) put(bytes.subarray(span.from, span.to));
  put(patch);
  let rest = first;
  for (const span of graphSpans) {
    put(bytes.subarray(rest, span.start));
    rest = span.to;
  }
  put(bytes.subarray(rest));
  return { bytes: whole, patchBytes: whole.length - bytes.length };
}
