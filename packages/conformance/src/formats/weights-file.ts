/** The entry of one tensor, as TensorFlow.js reads it. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
}

/** What `tf.io.fromMemory` takes: the content of a model.json and of its weight files. */
export interface Artifacts {
  readonly format: string;
  readonly modelTopology: object;
  readonly weightSpecs: WeightSpec[];
  readonly weightData: ArrayBuffer;
  readonly signature?: object;
}

/** Weights one after the other, little endian. */
export class WeightsFile {
  readonly specs: WeightSpec[] = [];
  readonly #parts: Uint8Array[] = [];

  add(name: string, shape: readonly number[], values: ArrayLike<number>, dtype: WeightSpec['dtype'] = 'float32'): void {
    this.specs.push({ name, shape: [...shape], dtype });
    const array = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    this.#parts.push(new Uint8Array(array.buffer));
  }

  data(): ArrayBuffer {
    const bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes.buffer;
  }
}
