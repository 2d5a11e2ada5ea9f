import type { Port } from '@gradcam/core';
import { channelsLastOrder, type Order, type Queue } from '@gradcam/core/adapter';
import { inspect, type PortInfo, type Profile, typeName } from '@gradcam/onnx-autodiff';
import { translated } from './errors.ts';
import { type ExternalDataSource, externalDataOf } from './external-data.ts';
import { layersOf, ordersOf, type Readings } from './layers.ts';
import { OnnxModel } from './onnx-model.ts';
import { queueFor } from './queue.ts';
import { backendName, defaultProvider, type InferenceSession, nameOf, type Ort, profileFor } from './runtime.ts';
import { verifiedScore } from './score.ts';
import { type Survey, survey } from './survey.ts';
import { checkTokens, type TokenOptions } from './token-grid.ts';

export interface FromOnnxOptions {
  /** Where to run; ['cpu'] on onnxruntime-node and ['wasm'] on onnxruntime-web by default. */
  readonly executionProviders?: readonly InferenceSession.ExecutionProviderConfig[];
  /** Forms of the gradient: by default the faster ones on the CPU of onnxruntime-node, and elsewhere those that run on every provider. */
  readonly profile?: Profile;
  /** Further options of the runtime. */
  readonly sessionOptions?: Omit<InferenceSession.SessionOptions, 'externalData'>;
  /** For a model that keeps weights in files beside it: their contents by name, or a function that reads one. */
  readonly externalData?: ExternalDataSource;
  /** The output that shows the class scores, by name or index; the first float one by default. */
  readonly output?: string | number;
  /** The tensor to differentiate instead of the logits behind `output`. */
  readonly score?: string;
  /** Sizes for inputs that take any, if the usual ones (224 x 224, ...) do not suit the model: by input name, batch first. */
  readonly inputDims?: ReadonlyMap<string, readonly number[]>;
  /** How tokens [N, T, C] are to be read as a grid, where what is inferred from the model is wrong: `{ prefix: 5 }`. */
  readonly tokens?: TokenOptions;
  /**
   * How the axes of tensors stand that the model does not tell, by tensor name, a letter for each: "TNC", "NHWC" (N batch, C channels, T
   * tokens, D, H, W, L space). A tensor whose batch is not its first axis is a layer only if it is named here.
   */
  readonly axes?: ReadonlyMap<string, string>;
  /**
   * Whether the first run of every session is repeated on the CPU and compared, so that wrong numbers of a GPU are an error: by default wherever
   * something else than the CPU is asked for. Afterwards it costs nothing.
   */
  readonly verify?: boolean;
  /** How many sessions are kept, each with the weights of what it computes; 3 by default. */
  readonly sessions?: number;
}

/** Types a float32 array can be made of; strings and sequences are left out of what is handed over. */
const isNumeric = (type: string): boolean => /^(float|u?int|bool)/.test(type);

/**
 * Opens an ONNX classifier for explanation. The model runs on noise once or twice to learn its sizes and to verify that
 * its logits lead to its output.
 *
 * @param bytes the content of an .onnx file; kept, and not to be changed, until the model is disposed of
 * @param ort onnxruntime-web or onnxruntime-node, imported by the caller
 * @throws GradcamError `bad-model`, `unsupported-model`, `bad-option`, `runtime`
 */
export async function fromOnnx(bytes: Uint8Array, ort: Ort, options: FromOnnxOptions = {}): Promise<OnnxModel> {
  const queue = queueFor(ort);
  return queue.add(() => open(bytes, ort, queue, options));
}

/** Results are read by JavaScript, so what would leave them on a device does not count. */
function onlyToCpu(options: InferenceSession.SessionOptions = {}): InferenceSession.SessionOptions {
  const device = ['preferredOutputLocation', 'enableGraphCapture'];
  return Object.fromEntries(Object.entries(options).filter(([name]) => !device.includes(name)));
}

/**
 * Without the fusion of Pad and MaxPool: ONNX Runtime (1.30, CPU and wasm, from level "basic" on) takes padding by zeros for the pool's own,
 * which never wins. BiT and Keras's ResNet50V2 pad so.
 */
function withoutPadFusion(options: InferenceSession.SessionOptions): InferenceSession.SessionOptions {
  const { optimization = {}, ...extra } = (options.extra ?? {}) as Record<string, Record<string, unknown>>;
  const disabled = [optimization['disable_specified_optimizers'], 'Pad_Fusion'].filter(Boolean).join(';');
  return { ...options, extra: { ...extra, optimization: { ...optimization, disable_specified_optimizers: disabled } } };
}

async function open(bytes: Uint8Array, ort: Ort, queue: Queue, options: FromOnnxOptions): Promise<OnnxModel> {
  const executionProviders = options.executionProviders ?? [defaultProvider(ort)];
  const externalData = await externalDataOf(bytes, options.externalData);
  const sessionOptions = {
    logSeverityLevel: 3 as const,
    ...onlyToCpu(options.sessionOptions),
    executionProviders,
    ...(externalData.size > 0 ? { externalData: Array.from(externalData, ([path, data]) => ({ path, data })) } : {}),
  };
  const backend = backendName(ort, executionProviders);
  const look = (providers: typeof executionProviders): Promise<Survey> =>
    survey(ort, backend, bytes, {
      sessionOptions: { ...sessionOptions, executionProviders: providers },
      ...(options.inputDims ? { inputDims: options.inputDims } : {}),
    });
  const cpu = defaultProvider(ort);
  // sizes are the same everywhere, and a GPU would compile every operator for the sake of one run
  const onCpu = executionProviders.every((provider) => nameOf(provider) === cpu);
  const seen = onCpu ? await look(executionProviders) : await look([cpu]).catch(() => look(executionProviders));
  try {
    const readings: Readings = {
      ...(options.tokens ? { tokens: options.tokens } : {}),
      ...(options.axes ? { axes: options.axes } : {}),
    };
    const batchAxes = new Map([...(options.axes ?? [])].map(([name, letters]) => [name, letters.indexOf('N')]));
    const choice = {
      batchAxes,
      ...(options.output === undefined ? {} : { output: options.output }),
      ...(options.score === undefined ? {} : { score: options.score }),
    };
    const first = translated(() => inspect(bytes, { shapes: seen.shapes, externalData, ...choice }));
    const score = await verifiedScore(first.score, seen.shapes, seen);
    const found =
      score.output === first.score.tensor
        ? first
        : translated(() => inspect(bytes, { shapes: seen.shapes, externalData, ...choice, score: score.output }));
    // bytes and ids are no layers, but may be pictures
    const ports = [...found.inputs, ...found.outputs].map((port) => ({ ...port, dims: port.dims ?? [] }));
    const orders = ordersOf([...found.layers, ...ports], readings);
    const layers = layersOf(found.layers, orders, readings);
    checkTokens(layers, options.tokens);
    const outputs = found.outputs.map((port) => portOf(port, orders)).filter((port) => isNumeric(port.type));
    const inputs = found.inputs.map((port) => portOf(port, orders));
    return new OnnxModel({
      ort,
      backend,
      queue,
      sessionOptions: found.paddedPools ? withoutPadFusion(sessionOptions) : sessionOptions,
      sessions: options.sessions ?? 3,
      verify: options.verify ?? !onCpu,
      source: {
        bytes,
        externalData,
        shapes: seen.shapes,
        score,
        profile: options.profile ?? profileFor(executionProviders),
        inputs: inputs.map((port) => port.name),
        outputs: outputs.map((port) => port.name),
      },
      inputs,
      outputs,
      score,
      layers,
      metadata: found.metadata,
      orders,
      fixedBatch: seen.fixedBatch,
    });
  } finally {
    await seen.release();
  }
}

/** A port as it is fed and fetched: any batch, channels first. */
function portOf({ name, type, dims = [] }: PortInfo, orders: ReadonlyMap<string, Order>): Port {
  const order = orders.get(name);
  const seen = order ? order.map((from) => dims[from]) : dims;
  const numbers = seen.map((dim, axis) => (axis > 0 && typeof dim === 'number' ? dim : null));
  const last = order?.join() === channelsLastOrder(dims.length).join();
  return { name, type: typeName(type ?? 1), dims: numbers, ...(last ? { channelsLast: true } : {}) };
}
