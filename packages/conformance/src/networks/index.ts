import type { Network } from '../network.ts';
import { plainChain } from './plain-chain.ts';

/** Every network, in the order of the table. */
export const networks: readonly Network[] = [plainChain];
