import { map } from '../arrays.ts';
import type { Case } from '../case.ts';

export const activation: readonly Case[] = [
  { op: 'Relu', inputs: [{ dims: [2, 3, 4], kinks: [0] }], reference: map((x) => Math.max(x, 0)) },
  { op: 'Sigmoid', inputs: [[2, 3, 4]], reference: map((x) => 1 / (1 + Math.exp(-x))) },
  { op: 'Tanh', inputs: [[2, 3, 4]], reference: map(Math.tanh) },
];
