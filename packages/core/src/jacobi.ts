const SWEEPS = 30;

const at = (rows: readonly Float64Array[], i: number, j: number): number => rows[i]?.[j] ?? 0;

/** Columns p and q rotated into each other. */
function turn(rows: readonly Float64Array[], p: number, q: number, c: number, s: number): void {
  for (const row of rows) {
    const [x, y] = [row[p] ?? 0, row[q] ?? 0];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
}

/**
 * The largest eigenvalue, and its vector of length 1, of the leading `size` x `size` block of a small symmetric matrix whose rows are `stride`
 * apart, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5).
 */
export function largestOf(
  matrix: Float64Array,
  stride: number,
  size: number,
): { readonly value: number; readonly vector: Float64Array } {
  const a = Array.from({ length: size }, (_, i) => matrix.slice(i * stride, i * stride + size));
  const vectors = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_one, j) => (i === j ? 1 : 0)),
  );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = at(a, p, q);
        if (!(Math.abs(off) > Number.EPSILON * Math.sqrt(Math.abs(at(a, p, p) * at(a, q, q))) * 1e-3)) continue;
        turned = true;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * off);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        turn(a, p, q, c, s);
        const [rowP, rowQ] = [a[p] as Float64Array, a[q] as Float64Array];
        for (let k = 0; k < size; k++) {
          const [x, y] = [rowP[k] ?? 0, rowQ[k] ?? 0];
          rowP[k] = c * x - s * y;
          rowQ[k] = s * x + c * y;
        }
        turn(vectors, p, q, c, s);
      }
    }
    if (!turned) break;
  }
  let best = 0;
  for (let i = 1; i < size; i++) if (at(a, i, i) > at(a, best, best)) best = i;
  return { value: at(a, best, best), vector: Float64Array.from(vectors, (row) => row[best] ?? 0) };
}
