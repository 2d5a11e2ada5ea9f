import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** One axis since opset 13 (the last by default); before, all axes from `axis` (1 by default) on, taken as one. */
function axesOf({ e, node, opset, y }: Context): readonly number[] {
  if (opset >= 13) return [e.axis(y, node.int('axis', -1))];
  const first = e.axis(y, node.int('axis', 1));
  return Array.from({ length: e.rank(y) - first }, (_, index) => first + index);
}

/** From the gradient of a softmax, whose value is `y`, to that of its input. */
const ofSoftmax = (e: Emitter, g: Value, y: Value, axes: readonly number[]): Value =>
  e.mul(y, e.sub(g, e.sum(e.mul(g, y), axes)));

/** The same where only the input is at hand. */
export function softmaxGradient(context: Context, x: Value): Value {
  const { e, g } = context;
  const axes = axesOf(context);
  const powers = e.exp(e.sub(x, e.max(x, axes)));
  return ofSoftmax(e, g, e.div(powers, e.sum(powers, axes)), axes);
}

/** https://onnx.ai/onnx/operators/onnx__Softmax.html, onnx__LogSoftmax.html */
export const softmax: readonly Rule[] = [
  {
    op: 'Softmax',
    vjp: (context) => {
      const { e, g, y } = context;
      return [() => ofSoftmax(e, g, y, axesOf(context))];
    },
  },
  {
    op: 'LogSoftmax',
    vjp: (context) => {
      const { e, g, y } = context;
      return [() => e.sub(g, e.mul(e.exp(y), e.sum(g, axesOf(context))))];
    },
  },
];
