/** Thrown by a rule or by the emitter: this node has a gradient, but not here. The sweep turns it into a blocker. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
