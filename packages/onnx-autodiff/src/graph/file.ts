import { AutodiffError } from '../errors.ts';
import { decode } from '../wire/decode.ts';
import { MAX_MESSAGE_BYTES } from '../wire/limits.ts';
import type { Message, Span } from '../wire/schema.ts';
import { normalDomain } from './node.ts';

/** A decoded model file, with the place of its graph in the bytes. */
export interface ModelFile {
  readonly bytes: Uint8Array;
  readonly model: Message<'Model'>;
  readonly graph: Message<'Graph'>;
  /** Where the spans of `graph` and of what it holds point to: `bytes`, unless several graph fields were merged. */
  readonly graphBytes: Uint8Array;
  /** Usually one; protobuf says that several are to be read one after the other. */
  readonly graphSpans: readonly Span[];
  readonly opsets: ReadonlyMap<string, number>;
}

/** "ORTM" at byte 4: a flatbuffer, in which a patch would be ignored without a word. */
function isOrtFormat(bytes: Uint8Array): boolean {
  return [0x4f, 0x52, 0x54, 0x4d].every((letter, index) => bytes[index + 4] === letter);
}

/** All graph fields one after the other, as protobuf merges them. */
function mergedGraphBytes(bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  const pieces = spans.map((span) => bytes.subarray(span.from, span.to));
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Decodes the bytes of an .onnx file and checks that they are one. */
export function readModelFile(bytes: Uint8Array): ModelFile {
  if (isOrtFormat(bytes)) {
    throw new AutodiffError(
      'unsupported-model',
      'the file is in ORT format, whose graph cannot be extended; use the .onnx file that it was converted from',
    );
  }
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new AutodiffError(
      'unsupported-model',
      `the file has ${bytes.length} bytes, more than a protobuf message can; store the weights as external data`,
    );
  }
  const model = decode('Model', bytes);
  if (model.graph.length === 0) {
    throw new AutodiffError(
      'bad-model',
      `not an ONNX model: ${bytes.length} bytes without a graph; expected the content of an .onnx file, check the path and that the download is complete`,
    );
  }
  const [only] = model.graph.length === 1 ? model.graph : [];
  const graphBytes = only ? bytes : mergedGraphBytes(bytes, model.graph);
  const graph = decode('Graph', graphBytes, only);
  const opsets = new Map(model.opsetImport.map((set) => [normalDomain(set.domain), set.version ?? 1]));
  return { bytes, model, graph, graphBytes, graphSpans: model.graph, opsets };
}
