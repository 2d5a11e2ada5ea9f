import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { FileError, fileReason } from '../exit.ts';
import type { InputFile } from '../input-files.ts';

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  complex64: 8,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/** Bytes of a weight as stored; undefined for strings, whose length is in the data. */
function bytesOf({ dtype, shape, quantization }: io.WeightsManifestEntry): number | undefined {
  const each = BYTES[quantization?.dtype ?? dtype];
  return each === undefined ? undefined : shape.reduce((size, dim) => size * dim, each);
}

/**
 * The bytes of each group of weights, its shards one after the other.
 * @throws FileError for a shard that is missing, outside the model's folder or of the wrong size
 */
export async function readWeights(model: InputFile, manifest: io.WeightsManifestConfig): Promise<ArrayBuffer[]> {
  const groups: ArrayBuffer[] = [];
  for (const { paths, weights } of manifest) {
    const shards = await Promise.all(paths.map((path) => readShard(model, path)));
    const bytes = Buffer.concat(shards);
    const sizes = weights.map(bytesOf);
    const needed = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
    if (needed !== undefined && needed !== bytes.length) {
      const files = paths.map((path) => join(dirname(model.shown), path)).join(', ');
      throw new FileError(
        `the weights ${files} hold ${bytes.length} bytes, ${model.shown} describes ${needed}; they are cut short or of another model`,
      );
    }
    groups.push(new Uint8Array(bytes).buffer);
  }
  return groups;
}

function readShard(model: InputFile, path: string): Promise<Buffer> {
  const folder = dirname(resolve(model.path));
  const inside = relative(folder, resolve(folder, path));
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new FileError(`${model.shown} wants the weights ${path}, outside of its folder; expected a file beside it`);
  }
  return readFile(join(folder, inside)).catch((error: unknown) => {
    throw new FileError(
      `cannot read the weights ${join(dirname(model.shown), path)} of ${model.shown}: ${fileReason(error)}; copy the model's whole folder`,
    );
  });
}
