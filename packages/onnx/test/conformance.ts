import { onnxBytes, type TestModelOptions, testModel, testSlowModel } from '@gradcam/conformance';
import { type FromOnnxOptions, fromOnnx, type Ort } from '../src/index.ts';
import { counted } from './counted.ts';

const whole = import.meta.env['GRADCAM_CONFORMANCE'] === 'whole';

interface OnnxOptions extends Pick<TestModelOptions, 'skip'> {
  readonly options?: FromOnnxOptions;
  /** The device is emulated: all laws on all networks only by `npm run conformance -- --whole`. */
  readonly slow?: boolean;
}

/** Every law on every network that an .onnx file can hold. */
export function testOnnx(name: string, ort: Ort, { options = {}, slow = false, skip = [] }: OnnxOptions = {}): void {
  const { runtime, live } = counted(ort);
  const create: TestModelOptions['create'] = (network) => fromOnnx(onnxBytes(network), runtime, options);
  (slow && !whole ? testSlowModel : testModel)({ name, format: 'onnx', create, live, skip });
}
