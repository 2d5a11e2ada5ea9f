import { wrongCalls } from './calls.ts';
import { wrongGradients } from './gradients.ts';
import { wrongValues } from './values.ts';
import type { BrokenModel } from './wrong.ts';

export const brokenModels: readonly BrokenModel[] = [...wrongValues, ...wrongGradients, ...wrongCalls];
