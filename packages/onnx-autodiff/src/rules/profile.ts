import type { Value } from '../emit/tape.ts';
import { convGradients } from './conv.ts';
import type { Context, Rule, RuleTable } from './rule.ts';
import { windowOf } from './window.ts';

/**
 * Where the patch is going to run: everywhere, or on the CPU of onnxruntime-node, where it is then faster. Augmented over plain, measured at
 * the stems of MobileNetV2 (mirrored filters) and tiny Darknet (indices): 7.7 to 4.0 and 5.6 to 3.9. On wasm neither gains more than a few percent.
 */
export type Profile = 'portable' | 'cpu';

/**
 * Max pooling with indices: the pool again, this time telling where its maxima lie, and a scatter to those cells. The WebGPU builds accept
 * the second output and then fail to compute it. https://onnx.ai/onnx/operators/onnx__MaxPool.html
 */
function scattered({ e, node, g, x: [x] }: Context): Value {
  const kept = ['kernel_shape', 'strides', 'pads', 'dilations'].flatMap((name) => {
    const ints = node.ints(name);
    return ints ? [[name, ints] as const] : [];
  });
  const attributes = {
    ...Object.fromEntries(kept),
    ceil_mode: node.int('ceil_mode', 0),
    auto_pad: node.string('auto_pad', 'NOTSET'),
  };
  const [, indices] = e.nodes('MaxPool', [x], attributes, 2);
  const zeros = e.node('ConstantOfShape', [e.reshape(e.node('Size', [x]), [1])]);
  const flat = [e.reshape(indices as Value, [-1]), e.reshape(g, [-1])];
  return e.reshapeLike(e.node('ScatterElements', [zeros, ...flat], { axis: 0, reduction: 'add' }), x);
}

const maxPool: Rule = { op: 'MaxPool', since: 16, vjp: (context) => [() => scattered(context)] };

/** The filters of a depthwise convolution, mirrored, convolve the gradient back: the runtime does that once, when it loads the model. */
function mirrored(context: Context): Value | undefined {
  const { e, node, g, x, y } = context;
  const kernel = e.sizes(x[1])?.slice(2);
  const channels = x[0].dims?.[1];
  if (!kernel || x[1].dims?.[0] !== channels || node.int('group', 1) !== channels) return undefined;
  const { strides, dilations, begins, ends } = windowOf(e, node, x[0], y, kernel);
  const reach = kernel.map((size, axis) => (size - 1) * (dilations[axis] as number));
  const pads = [begins, ends].flatMap((side) => side.map((pad, axis) => (reach[axis] as number) - pad));
  if (strides.some((stride) => stride !== 1) || pads.some((pad) => pad < 0)) return undefined;
  const turned = e.reversed(
    x[1],
    kernel.map((_, axis) => axis + 2),
  );
  return e.conv(g, turned, { kernel_shape: kernel, strides, dilations, pads, group: channels as number });
}

const conv: Rule = {
  op: 'Conv',
  since: 10,
  vjp: (context) => {
    const [data, ...others] = convGradients(context);
    return [() => mirrored(context) ?? (data as () => Value)(), ...others];
  },
};

const faster: Readonly<Record<Profile, RuleTable>> = { portable: [], cpu: [maxPool, conv] };

/** The same table with the rows in front that run faster on one execution provider. */
export function profiled(table: RuleTable, profile: Profile): RuleTable {
  return [...faster[profile], ...table];
}
