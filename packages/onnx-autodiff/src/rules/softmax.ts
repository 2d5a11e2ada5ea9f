import type { Context, Rule } from './rule.ts';

/** One axis since opset 13 (the last by default); before, all axes from `axis` (1 by default) on, taken as one. */
function axesOf({ e, node, opset, y }: Context): readonly number[] {
  if (opset >= 13) return [e.axis(y, node.int('axis', -1))];
  const first = e.axis(y, node.int('axis', 1));
  return Array.from({ length: e.rank(y) - first }, (_, index) => first + index);
}

/** https://onnx.ai/onnx/operators/onnx__Softmax.html, onnx__LogSoftmax.html */
export const softmax: readonly Rule[] = [
  {
    op: 'Softmax',
    vjp: (context) => {
      const { e, g, y } = context;
      return [() => e.mul(y, e.sub(g, e.sum(e.mul(g, y), axesOf(context))))];
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
