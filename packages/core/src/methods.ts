import { closest } from './closest.ts';
import { GradcamError } from './errors.ts';
import type { Method } from './method.ts';
import * as builtIn from './methods/index.ts';

/** Every built-in method, in alphabetical order. */
export const methods: readonly Method[] = Object.values<Method>(builtIn);

/** The built-in method of that name ("grad-cam"). @throws GradcamError `bad-option` suggesting the closest */
export function methodNamed(name: string): Method {
  const method = methods.find((candidate) => candidate.name === name);
  if (method) return method;
  const names = methods.map((candidate) => candidate.name);
  const guess = closest(name, names);
  const remedy = guess === undefined ? `expected one of ${names.join(', ')}` : `did you mean "${guess}"?`;
  throw new GradcamError('bad-option', `there is no method "${name}"; ${remedy}`);
}
