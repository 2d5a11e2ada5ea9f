/** What the address says of the sample model's view: `#scene=fish-and-star&class=star&layer=block4&method=layer-cam`. */
export interface View {
  readonly scene: string;
  /** A label or an index; null for the top class. */
  readonly target: string | null;
  /** Null for the automatic choice. */
  readonly layer: string | null;
  readonly method: string | null;
}

/** Null where the address names no scene. */
export function viewIn(hash: string): View | null {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const scene = values.get('scene');
  if (scene === null) return null;
  return { scene, target: values.get('class'), layer: values.get('layer'), method: values.get('method') };
}

/** The address of a view, what is chosen by itself left out. */
export function hashOf({ scene, target, layer, method }: View): string {
  const values = new URLSearchParams({ scene });
  if (target !== null) values.set('class', target);
  if (layer !== null) values.set('layer', layer);
  if (method !== null) values.set('method', method);
  return `#${values}`;
}
