/** Why `augment` and its companions refuse. Append-only. */
export type AutodiffErrorCode =
  | 'bad-model' // the bytes are not a (whole, consistent) ONNX model
  | 'unsupported-model' // a good file of a kind that cannot be patched: ORT format, an operator set too old, ...
  | 'unknown-tensor'
  | 'off-path' // `of` does not depend on `wrt`
  | 'no-gradient' // nodes on the path have no rule: see `blockers`
  | 'bad-option';

/** One reason why a gradient cannot pass a node. */
export interface Blocker {
  /** The node's name, or its first output where it has none. */
  readonly node: string;
  /** "Loop", or "com.microsoft.Attention" outside of the standard domain. */
  readonly op: string;
  /** The operator set version that the file declares for the operator's domain; null where it declares none. */
  readonly opset: number | null;
  readonly reason: string;
  /** The node's inputs that this blocks. */
  readonly inputs: readonly string[];
}

/** `message` says what was wrong, what was expected and what to do; a `no-gradient` error lists every blocker at once. */
export class AutodiffError extends Error {
  override readonly name = 'AutodiffError';
  readonly code: AutodiffErrorCode;
  readonly blockers: readonly Blocker[];

  constructor(code: AutodiffErrorCode, message: string, blockers: readonly Blocker[] = []) {
    super(message);
    this.code = code;
    this.blockers = blockers;
  }
}
