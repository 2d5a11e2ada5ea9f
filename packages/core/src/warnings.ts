/** Why a map is empty or should be doubted, by code. Append-only: scripts depend on the names. */
export const warningCodes = {
  'no-positive-evidence': 'every position speaks against the target',
  'zero-gradient': 'the target does not change with the layer: an unused layer, or a squashed score',
  'constant-activation': 'the layer holds one value everywhere: it saw nothing',
  'constant-map': 'positions cannot be told apart',
  'non-finite-activation': 'NaN or infinity in the activation: overflow in front of the layer',
  'non-finite-gradient': 'NaN or infinity in the gradient: overflow, or a division by zero, behind the layer',
  'non-finite-score': "the target's own score is no number",
  'non-finite-map': 'other values overflowed on the way to the map',
  'squashed-score': 'the score is a probability: its gradient fades where the model is sure',
  'one-position': 'the layer has a single position: its map is one cell',
  'class-map': 'the layer already has one channel per class',
  'null-number': 'a number that JSON cannot hold was stored as null',
  'dead-activation': 'the layer holds zero everywhere: no unit of it is active',
  'flat-target': 'the target itself is saturated and does not change with the outputs',
  'unread-tokens': 'behind the layer only the class token is read, not the positions',
  'signed-activation': 'the method expects activations that are never negative',
  'disjoint-layers': 'the maps of several layers share no position',
  'fails-sanity-checks': "the method's maps hardly depend on the model, whatever they look like",
} as const;

export type WarningCode = keyof typeof warningCodes;

export interface Warning {
  readonly code: WarningCode;
  /** One line for people: what was seen, and what to try. */
  readonly message: string;
}
