import { add, eye, mul, type ProdAttrs, prod, reshape, sub, transpose, util } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** dx = dy times the product of all others: each row once for every factor, that factor replaced by one. */
export const product: Rule = rule({
  kernel: 'Prod',
  saves: ['x'],
  gradient: ({ dy, saved: { x }, attrs: { axis } }: Given<'x', ProdAttrs>) => ({
    x: () => {
      const gone = util.parseAxisParam(axis, x.shape);
      const order = [...x.shape.keys()].filter((at) => !gone.includes(at)).concat(gone);
      const each = util.sizeFromShape(gone.map((at) => x.shape[at] ?? 1));
      const rows = reshape(transpose(x, order), [x.size / each, 1, each]);
      const own = eye(each);
      const others = prod(add(mul(rows, sub(1, own)), own), 2);
      const dx = mul(others, reshape(dy, [x.size / each, 1]));
      const sorted = order.map((at) => x.shape[at] ?? 1);
      return transpose(
        reshape(dx, sorted),
        [...order.keys()].map((at) => order.indexOf(at)),
      );
    },
  }),
});
