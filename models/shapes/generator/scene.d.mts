/** One object of a scene: its class, its centre and half extent as parts of the picture. */
export interface Placed {
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export interface Drawn {
  /** [size, size, 3] */
  readonly rgb: Uint8Array;
  /** 255 where each object is on top. */
  readonly masks: Uint8Array[];
}

export function draw(seed: number, objects: readonly Placed[], size: number): Drawn;
export function single(
  seed: number,
  size: number,
): Drawn & { readonly label: number; readonly objects: readonly Placed[] };
export function pair(
  seed: number,
  size: number,
): Drawn & { readonly labels: readonly number[]; readonly objects: readonly Placed[] };
