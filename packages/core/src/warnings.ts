/** Why a map is empty or should be doubted. Append-only: scripts depend on the names. */
export type WarningCode =
  | 'no-positive-evidence' // every position speaks against the target
  | 'zero-gradient' // the target does not change with the layer: an unused layer, or a squashed score
  | 'constant-activation' // the layer holds one value everywhere: it saw nothing
  | 'constant-map' // positions cannot be told apart
  | 'non-finite-activation'
  | 'non-finite-gradient'
  | 'non-finite-score'
  | 'non-finite-map' // other values overflowed on the way
  | 'squashed-score' // the score is a probability: its gradient fades where the model is sure
  | 'one-position' // the layer has a single position: its map is one cell
  | 'class-map' // the layer already has one channel per class
  | 'null-number' // a number that JSON cannot hold was stored as null
  | 'dead-activation' // the layer holds zero everywhere: no unit of it is active
  | 'flat-target' // the target itself is saturated and does not change with the outputs
  | 'unread-tokens' // only the class token is read behind the layer, not the patches
  | 'signed-activation' // the method expects activations that are never negative
  | 'disjoint-layers' // the maps of several layers share no position
  | 'fails-sanity-checks'; // the method's maps hardly depend on the model: published, and no fault of this map

export interface Warning {
  readonly code: WarningCode;
  /** One line for people: what was seen, and what to try. */
  readonly message: string;
}
