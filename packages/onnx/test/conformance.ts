import { onnxBytes, type TestModelOptions, testModel } from '@gradcam/conformance';
import { type FromOnnxOptions, fromOnnx, type Ort } from '../src/index.ts';
import { counted } from './counted.ts';

/** Every law on every network that an .onnx file can hold. */
export function testOnnx(
  name: string,
  ort: Ort,
  { options = {}, ...rest }: Partial<TestModelOptions> & { readonly options?: FromOnnxOptions } = {},
): void {
  const { runtime, live } = counted(ort);
  testModel({
    name,
    format: 'onnx',
    create: (network) => fromOnnx(onnxBytes(network), runtime, options),
    live,
    ...rest,
  });
}
