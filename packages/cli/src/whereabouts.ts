import type { Heatmap } from '@gradcam/core';

const across = ['left', 'middle', 'right'];
const down = ['top', 'middle', 'bottom'];

/** Where a map's positive mass lies, in words: the ninth of the picture that holds most of it, and that share. */
export function whereabouts({ data, width, height }: Heatmap): string {
  const ninths = new Float64Array(9);
  let mass = 0;
  data.forEach((value, i) => {
    if (!(value > 0)) return;
    const row = Math.floor((3 * (Math.floor(i / width) + 0.5)) / height);
    const cell = 3 * row + Math.floor((3 * ((i % width) + 0.5)) / width);
    ninths[cell] = (ninths[cell] ?? 0) + value;
    mass += value;
  });
  if (mass === 0) return 'nowhere';
  const most = ninths.indexOf(Math.max(...ninths));
  const words = new Set([down[Math.floor(most / 3)], across[most % 3]]);
  const place = words.size === 1 ? 'centre' : [...words].join(' ');
  return `${place} (${Math.round((100 * (ninths[most] ?? 0)) / mass)} %)`;
}
