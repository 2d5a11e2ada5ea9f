import { map } from '../arrays.ts';
import type { Case } from '../case.ts';

const functions: readonly (readonly [op: string, f: (x: number) => number, low: number, high: number])[] = [
  ['Sin', Math.sin, -3, 3],
  ['Cos', Math.cos, -3, 3],
  ['Tan', Math.tan, -1, 1],
  ['Asin', Math.asin, -0.9, 0.9],
  ['Acos', Math.acos, -0.9, 0.9],
  ['Atan', Math.atan, -3, 3],
  ['Sinh', Math.sinh, -2, 2],
  ['Cosh', Math.cosh, -2, 2],
  ['Asinh', Math.asinh, -2, 2],
  ['Acosh', Math.acosh, 1.2, 3],
  ['Atanh', Math.atanh, -0.9, 0.9],
];

export const trigonometric: readonly Case[] = functions.map(([op, f, low, high]) => ({
  op,
  inputs: [{ dims: [2, 5], range: [low, high] }],
  reference: map(f),
}));
