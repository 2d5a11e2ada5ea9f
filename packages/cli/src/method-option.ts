import { pathToFileURL } from 'node:url';
import { GradcamError, type Method, methods } from '@gradcam/core';
import { suggestion } from './closest.ts';
import { FileError, oneLine } from './exit.ts';
import type { Io } from './io.ts';
import { fileAt } from './operands.ts';

/** A module of JavaScript; TypeScript is for those whose node strips types. */
const MODULE = /\.[cm]?[jt]s$/i;

/**
 * The method that `--method` means: a built-in one by name, or the default export of a module of the user's own.
 * @throws GradcamError `bad-option`, FileError
 */
export async function methodOf(word: string, io: Io): Promise<Method> {
  if (MODULE.test(word)) return fromModule(word, io);
  const method = methods.find(({ name }) => name === word);
  if (method) return method;
  const names = methods.map(({ name }) => name);
  throw new GradcamError(
    'bad-option',
    `--method is "${word}"; expected one of ${names.join(', ')}, or a .js file of your own${suggestion(word, names)}`,
  );
}

async function fromModule(shown: string, io: Io): Promise<Method> {
  const { default: method } = (await import(pathToFileURL(fileAt(io, shown).path).href).catch((error: unknown) => {
    throw new FileError(`cannot load the method ${shown}: ${oneLine(error)}; give a module that node can import`);
  })) as { default?: Partial<Method> };
  const kinds = ['activation', 'gradient', 'probe'];
  if (method && kinds.includes(method.kind ?? '') && typeof method.explain === 'function') {
    return { name: shown, title: shown, paper: 'your own', cost: 'unknown', ...method } as Method;
  }
  throw new FileError(
    `${shown} exports no method; expected \`export default { kind, name, explain }\` with a kind of ${kinds.join(', ')}`,
  );
}
