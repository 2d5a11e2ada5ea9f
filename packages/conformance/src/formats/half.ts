/** The bits of the nearest IEEE 754 binary16, for values of ordinary size. */
export function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const bits = Math.round((Math.abs(value) / 2 ** exponent) * 1024) + ((exponent + 14) << 10);
  return (value < 0 ? 0x8000 : 0) | bits;
}
