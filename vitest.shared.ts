/** A hung test ends some time; a slow machine is no failure. */
export const patience: { readonly testTimeout: number; readonly hookTimeout: number } = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
};
