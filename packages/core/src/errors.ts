/** Every way a call can fail. Append-only: scripts depend on the names. */
export type ErrorCode =
  | 'bad-model' // corrupt, truncated, cyclic or not a model at all
  | 'unsupported-model' // a good model of a kind that cannot be explained: ORT format, no float output, ...
  | 'no-gradient' // an operator between layer and score has no gradient rule
  | 'unknown-layer'
  | 'ambiguous-layer'
  | 'layer-off-path' // the score does not depend on the layer
  | 'bad-input' // wrong name, shape, type or size, or values that are not finite
  | 'bad-target'
  | 'bad-option'
  | 'bad-picture'
  | 'disposed'
  | 'runtime'; // the runtime itself refused or failed

/** The one error class of the packages: `code` for programs, `message` (what was wrong, what was expected, what to do) for people. */
export class GradcamError extends Error {
  override readonly name = 'GradcamError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
