/** A raw value for people: three digits, with its sign. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  const size = Math.abs(value);
  return (
    sign + (size !== 0 && (size < 1e-3 || size >= 1e5) ? size.toExponential(2) : String(Number(size.toPrecision(3))))
  );
}
