import { sizeOf } from '@gradcam/core';
import { drawing } from './draw.ts';
import type { Node, Operation, Padding, Pair } from './node.ts';
import { outputSpace } from './padding.ts';

type Draw = ReturnType<typeof drawing>;

export interface ConvOptions {
  readonly kernel?: number | Pair;
  readonly strides?: number | Pair;
  readonly dilations?: number | Pair;
  readonly padding?: Padding | 'valid';
  readonly groups?: number;
}

export interface PoolOptions {
  readonly size?: number | Pair;
  readonly strides?: number | Pair;
  readonly padding?: Padding | 'valid';
}

const pair = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value);
const paddingOf = (padding: Padding | 'valid'): Padding => (padding === 'valid' ? [0, 0, 0, 0] : padding);

/** Writes a network node by node; every method takes the new tensor's name first and returns it. */
export class Builder {
  readonly nodes: Node[] = [];
  readonly #draw: Draw;

  /** @param round what a weight is rounded to, for networks that are stored in less than float32 */
  constructor(seed: number, round: (value: number) => number = (value) => value) {
    const draw = drawing(seed);
    this.#draw = (...args) => {
      const { data, dims } = draw(...args);
      return { data: data.map(round), dims };
    };
  }

  dims(name: string): readonly number[] {
    const node = this.nodes.find((one) => one.name === name);
    if (!node) throw new Error(`there is no ${name} to build on; expected one of ${this.nodes.map((n) => n.name)}`);
    return node.dims;
  }

  #add(name: string, operation: Operation, inputs: readonly string[], dims: readonly number[]): string {
    this.nodes.push({ ...operation, name, inputs, dims });
    return name;
  }

  #like(name: string, operation: Operation, ...inputs: readonly [string, ...string[]]): string {
    return this.#add(name, operation, inputs, this.dims(inputs[0]));
  }

  input(name: string, dims: readonly number[]): string {
    return this.#add(name, { op: 'input' }, [], dims);
  }

  conv(name: string, x: string, out: number, options: ConvOptions = {}): string {
    const [channels = 1] = this.dims(x);
    const size = pair(options.kernel ?? 3);
    const strides = pair(options.strides ?? 1);
    const dilations = pair(options.dilations ?? 1);
    const padding = paddingOf(options.padding ?? 'same');
    const groups = options.groups ?? 1;
    const each = channels / groups;
    const kernel = this.#draw([out, each, ...size], Math.sqrt(2 / (each * size[0] * size[1])));
    const bias = this.#draw([out], 0.1);
    const space = outputSpace(this.dims(x), size, strides, padding, dilations);
    return this.#add(name, { op: 'conv', kernel, bias, strides, dilations, padding, groups }, [x], [out, ...space]);
  }

  #activation(op: 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'gelu' | 'softmax'): (name: string, x: string) => string {
    return (name, x) => this.#like(name, { op }, x);
  }

  readonly relu: (name: string, x: string) => string = this.#activation('relu');
  readonly relu6: (name: string, x: string) => string = this.#activation('relu6');
  readonly sigmoid: (name: string, x: string) => string = this.#activation('sigmoid');
  readonly tanh: (name: string, x: string) => string = this.#activation('tanh');
  readonly gelu: (name: string, x: string) => string = this.#activation('gelu');
  readonly softmax: (name: string, x: string) => string = this.#activation('softmax');

  batchNorm(name: string, x: string): string {
    const [channels = 1] = this.dims(x);
    const variance = this.#draw([channels]);
    return this.#like(
      name,
      {
        op: 'batchNorm',
        scale: this.#draw([channels], 0.3, 1),
        shift: this.#draw([channels], 0.3),
        mean: this.#draw([channels], 0.3),
        variance: { data: variance.data.map((value) => 0.5 + value * value), dims: variance.dims },
        epsilon: 1e-3,
      },
      x,
    );
  }

  layerNorm(name: string, x: string): string {
    const width = this.dims(x).at(-1) ?? 1;
    const [scale, shift] = [this.#draw([width], 0.2, 1), this.#draw([width], 0.2)];
    return this.#like(name, { op: 'layerNorm', scale, shift, epsilon: 1e-3 }, x);
  }

  #pool(op: 'maxPool' | 'averagePool', name: string, x: string, options: PoolOptions): string {
    const size = pair(options.size ?? 2);
    const strides = pair(options.strides ?? size);
    const padding = paddingOf(options.padding ?? 'valid');
    const [channels = 1] = this.dims(x);
    const space = outputSpace(this.dims(x), size, strides, padding);
    return this.#add(name, { op, size, strides, padding }, [x], [channels, ...space]);
  }

  maxPool(name: string, x: string, options: PoolOptions = {}): string {
    return this.#pool('maxPool', name, x, options);
  }

  averagePool(name: string, x: string, options: PoolOptions = {}): string {
    return this.#pool('averagePool', name, x, options);
  }

  globalAverage(name: string, x: string, keep = false): string {
    const [channels = 1] = this.dims(x);
    return this.#add(name, { op: 'globalAverage', keep }, [x], keep ? [channels, 1, 1] : [channels]);
  }

  dense(name: string, x: string, out: number, scale = 1): string {
    const dims = this.dims(x);
    const width = dims.at(-1) ?? 1;
    const [kernel, bias] = [this.#draw([width, out], scale / Math.sqrt(width)), this.#draw([out], 0.1)];
    return this.#add(name, { op: 'dense', kernel, bias }, [x], [...dims.slice(0, -1), out]);
  }

  add(name: string, a: string, b: string): string {
    return this.#like(name, { op: 'add' }, a, b);
  }

  multiply(name: string, a: string, b: string): string {
    return this.#like(name, { op: 'multiply' }, a, b);
  }

  concat(name: string, ...inputs: readonly [string, string, ...string[]]): string {
    const [, ...rest] = this.dims(inputs[0]);
    const channels = inputs.reduce((sum, input) => sum + (this.dims(input)[0] ?? 0), 0);
    return this.#add(name, { op: 'concat' }, inputs, [channels, ...rest]);
  }

  upsample(name: string, x: string): string {
    const [channels = 1, height = 1, width = 1] = this.dims(x);
    return this.#add(name, { op: 'upsample' }, [x], [channels, 2 * height, 2 * width]);
  }

  tokens(name: string, x: string): string {
    const [channels = 1, height = 1, width = 1] = this.dims(x);
    return this.#add(name, { op: 'tokens' }, [x], [height * width, channels]);
  }

  prependToken(name: string, x: string): string {
    const [count = 1, width = 1] = this.dims(x);
    return this.#add(name, { op: 'prependToken', token: this.#draw([1, width]) }, [x], [count + 1, width]);
  }

  addConstant(name: string, x: string): string {
    return this.#like(name, { op: 'addConstant', value: this.#draw(this.dims(x), 0.5) }, x);
  }

  matmul(
    name: string,
    a: string,
    b: string,
    { transposed = false, scale = 1 }: { readonly transposed?: boolean; readonly scale?: number } = {},
  ): string {
    const columns = this.dims(b).at(transposed ? -2 : -1) ?? 1;
    return this.#add(name, { op: 'matmul', transposed, scale }, [a, b], [...this.dims(a).slice(0, -1), columns]);
  }

  takeToken(name: string, x: string, index = 0): string {
    return this.#add(name, { op: 'takeToken', index }, [x], this.dims(x).slice(1));
  }

  meanToken(name: string, x: string): string {
    return this.#add(name, { op: 'meanToken' }, [x], this.dims(x).slice(1));
  }

  windows(name: string, x: string, grid: Pair, size: number): string {
    const width = this.dims(x).at(-1) ?? 1;
    const dims = [(grid[0] * grid[1]) / size ** 2, size ** 2, width];
    return this.#add(name, { op: 'windows', grid, size }, [x], dims);
  }

  unwindows(name: string, x: string, grid: Pair, size: number): string {
    const width = this.dims(x).at(-1) ?? 1;
    return this.#add(name, { op: 'unwindows', grid, size }, [x], [grid[0] * grid[1], width]);
  }

  flattenLast(name: string, x: string): string {
    return this.#add(name, { op: 'flattenLast' }, [x], [sizeOf(this.dims(x))]);
  }

  centreBatch(name: string, x: string): string {
    return this.#like(name, { op: 'centreBatch' }, x);
  }
}
