import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import {
  clipByValue,
  cumprod,
  engine,
  fused,
  type GradConfig,
  getGradient,
  getKernel,
  grad,
  memory,
  mul,
  registerGradient,
  relu,
  relu6,
  setBackend,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { guided, missing, rules, withGradients } from '../../src/gradients/index.ts';

const state = (): unknown[] =>
  [...rules.map(({ kernel }) => kernel), 'Relu', 'fusedConv2d__op', 'fusedDepthwiseConv2d__op'].flatMap((kernel) => [
    getGradient(kernel),
    getKernel(kernel, 'cpu'),
    getKernel(kernel, 'wasm'),
  ]);
const same = (a: readonly unknown[], b: readonly unknown[]): boolean => a.every((entry, i) => entry === b[i]);

beforeEach(async () => {
  await setBackend('cpu');
});

describe('withGradients', () => {
  test('restores what was registered, also when nested, also when it throws', () => {
    const before = state();
    withGradients('cpu', () => {
      const outer = state();
      expect(same(outer, before)).toBe(false);
      withGradients('wasm', () => expect(same(state(), outer)).toBe(false), guided(rules));
      expect(same(state(), outer)).toBe(true);
      expect(() =>
        withGradients('cpu', () => {
          throw new Error('on purpose');
        }),
      ).toThrow('on purpose');
      expect(same(state(), outer)).toBe(true);
    });
    expect(same(state(), before)).toBe(true);
  });

  test('restores a gradient the application registered itself', () => {
    const own: GradConfig = { kernelName: 'StridedSlice', gradFunc: (dy) => ({ x: () => dy as never }) };
    registerGradient(own);
    withGradients('cpu', () => expect(getGradient('StridedSlice')).not.toBe(own));
    expect(getGradient('StridedSlice')).toBe(own);
    unregisterGradient('StridedSlice');
  });

  test.each(['cpu', 'wasm'])('a backward pass that throws leaves no tensor behind on %s', async (backend) => {
    await setBackend(backend);
    const x = tensor1d([3, 1, 2]);
    const failing = (): unknown =>
      tidy(() => withGradients(backend, () => grad((v) => sum(cumprod(relu(mul(mul(v, v), 2)))))(x)));
    const before = memory().numTensors;
    for (let time = 0; time < 3; time++) expect(failing).toThrow('gradient function not found for Cumprod');
    expect(memory().numTensors).toBe(before);
    // and the next one works
    const dx = tidy(() => withGradients(backend, () => grad((v) => sum(mul(v, v)))(x)));
    expect(Array.from(await dx.data())).toEqual([6, 2, 4]);
    dx.dispose();
    x.dispose();
  });

  test('spares the tape of a gradient that is being taken around it', async () => {
    const x = tensor1d([3, 1]);
    const dx = grad((v) => {
      const square = mul(v, v);
      expect(() =>
        withGradients('cpu', () => {
          throw new Error('inside');
        }),
      ).toThrow('inside');
      return sum(square);
    })(x);
    expect(Array.from(await dx.data())).toEqual([6, 2]);
    expect(engine().state.gradientDepth).toBe(0);
  });
});

describe('guided backpropagation', () => {
  const rectifiers = { relu, relu6, clip: (x: Tensor4D) => clipByValue(x, 0, 6) };

  test.each(Object.entries(rectifiers))('%s lets only positive gradients of active units through', async (_, f) => {
    const x = tensor1d([2, -1, 3, 7]);
    const dy = tensor1d([1, 1, -1, 2]);
    const gradient = (): Promise<ArrayLike<number>> => grad(f as typeof relu)(x, dy).data();
    const through = f === relu ? 2 : 0;
    expect(Array.from(await withGradients('cpu', gradient, guided(rules)))).toEqual([1, 0, 0, through]);
    expect(Array.from(await gradient()).map((value) => value + 0)).toEqual([1, 0, -1, through]);
  });

  test('a fused rectifier is guided too', async () => {
    const x = tensor([1, 2], [1, 1, 2, 1]) as Tensor4D;
    const filter = tensor([1, -1], [1, 1, 1, 2]) as Tensor4D;
    const score = (v: Tensor): Tensor =>
      mul(fused.conv2d({ x: v as Tensor4D, filter, strides: 1, pad: 'same', activation: 'relu' }), tensor([-1, 1]));
    const exact = withGradients('cpu', () => grad((v) => sum(score(v)))(x));
    const only = withGradients('cpu', () => grad((v) => sum(score(v)))(x), guided(rules));
    expect(Array.from(await exact.data())).toEqual([-1, -1]);
    expect(Array.from(await only.data()).map((value) => value + 0)).toEqual([0, 0]);
  });
});

const reasons = (op: string, backend: string): string[] =>
  missing([{ op, node: 'block/op' }], backend).map(({ reason }) => reason);

describe('missing', () => {
  test.each([
    'Conv2D',
    'FusedConv2D',
    'DepthwiseConv2dNative',
    '_FusedMatMul',
    'MaxPool',
    'GatherV2',
    'Greater',
    'Add',
  ])('%s passes on both backends', (op) => {
    expect(reasons(op, 'cpu')).toEqual([]);
    expect(reasons(op, 'wasm')).toEqual([]);
  });

  test('what has no input stands in no way', () => {
    expect(reasons('Range', 'wasm')).toEqual([]);
  });

  test('names every operator without a gradient, with its node', () => {
    const ops = ['Cumprod', 'Relu', 'CropAndResize'].map((op) => ({ op, node: `net/${op}` }));
    expect(missing(ops, 'cpu')).toMatchObject([
      { node: 'net/Cumprod', op: 'Cumprod', opset: null, reason: expect.stringContaining('no gradient for Cumprod') },
      { node: 'net/CropAndResize', op: 'CropAndResize' },
    ]);
  });

  test('names a kernel the backend lacks', () => {
    expect(reasons('Einsum', 'wasm')).toEqual([expect.stringContaining('wasm backend has no kernel Einsum')]);
    expect(reasons('Einsum', 'cpu')).toEqual([]);
    expect(reasons('MaxPool', 'unheard-of')).toEqual([expect.stringContaining('no kernel MaxPool;')]);
  });

  test('says which import is missing when nothing is registered', () => {
    const own = getGradient('Relu');
    unregisterGradient('Relu');
    expect(reasons('Add', 'cpu')).toEqual([expect.stringContaining("import '@tensorflow/tfjs'")]);
    registerGradient(own);
  });
});
