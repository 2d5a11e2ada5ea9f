import { sizeOf, type Tensor } from '@gradcam/core';
import { definitionOf } from './definition.ts';
import type { Network } from './network.ts';

/** What stands in `golden/manifest.json`. */
export interface Manifest {
  /** What made the values. */
  readonly versions: Readonly<Record<string, string>>;
  /** The seed of the pictures. */
  readonly seed: number;
  /** SHA-256 of `goldens.bin`. */
  readonly sha256: string;
  readonly networks: Readonly<
    Record<
      string,
      {
        /** SHA-256 of the network's definition, weights and pictures included: values of another network are worth nothing. */
        readonly definition: string;
        /** By name: where in the file, counted in float32 values, and the dims. */
        readonly tensors: Readonly<Record<string, { readonly offset: number; readonly dims: readonly number[] }>>;
      }
    >
  >;
}

interface NodeGlobals {
  readonly process: {
    getBuiltinModule(name: 'node:fs/promises'): { readFile(url: URL): Promise<Uint8Array> };
  };
}

/** A file of this package, in Node and in browsers. */
async function load(url: URL): Promise<Uint8Array> {
  if (url.protocol === 'file:') {
    // not imported: browsers load this file too
    return new Uint8Array(
      await (globalThis as unknown as NodeGlobals).process.getBuiltinModule('node:fs/promises').readFile(url),
    );
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`golden values: ${url} answered ${response.status}; expected the file`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let loaded: Promise<{ manifest: Manifest; values: Float32Array }> | undefined;

async function loadAll(): Promise<{ manifest: Manifest; values: Float32Array }> {
  const manifest = JSON.parse(
    new TextDecoder().decode(await load(new URL('../golden/manifest.json', import.meta.url))),
  ) as Manifest;
  const bytes = await load(new URL('../golden/goldens.bin', import.meta.url));
  const hash = await sha256(bytes);
  if (hash !== manifest.sha256)
    throw new Error(`golden values: goldens.bin has SHA-256 ${hash}; expected ${manifest.sha256}; make both again`);
  return { manifest, values: new Float32Array(bytes.slice().buffer) };
}

/**
 * Values of a network that PyTorch computed in float64, rounded to float32, by name: "output", "<layer>/activation",
 * "<layer>/gradient/<class>", "<layer>/grad-cam/<class>", "<layer>/layer-cam/<class>". One sample.
 * @throws Error when there are none, or they are those of an older definition
 */
export async function goldensOf(network: Network): Promise<ReadonlyMap<string, Tensor>> {
  loaded ??= loadAll();
  const { manifest, values } = await loaded;
  const entry = manifest.networks[network.name];
  if (!entry) throw new Error(`there are no golden values of "${network.name}"; make them with tools/goldens`);
  const definition = await sha256(definitionOf(network));
  if (definition !== entry.definition)
    throw new Error(
      `the golden values of "${network.name}" are of another definition; make them again with tools/goldens`,
    );
  return new Map(
    Object.entries(entry.tensors).map(([name, { offset, dims }]) => [
      name,
      { data: values.subarray(offset, offset + sizeOf(dims)), dims },
    ]),
  );
}
