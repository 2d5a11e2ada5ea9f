import { only, type Rules } from './rule.ts';
import { at, mapped, type Values, zeros } from './values.ts';

/** A pile of matrices: the last two axes. */
const rowsOf = ({ dims }: Values): number => dims.at(-2) ?? 1;
const columnsOf = ({ dims }: Values): number => dims.at(-1) ?? 1;

/** Calls `visit(a, b, y)` for every product of A [..., rows, inner] times B [..., inner, columns], or [..., columns, inner] transposed. */
function products(a: Values, b: Values, transposed: boolean, visit: (a: number, b: number, y: number) => void): void {
  const [rows, inner] = [rowsOf(a), columnsOf(a)];
  const columns = transposed ? rowsOf(b) : columnsOf(b);
  const piles = a.data.length / (rows * inner);
  for (let pile = 0; pile < piles; pile++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let k = 0; k < inner; k++)
          visit(
            (pile * rows + i) * inner + k,
            pile * inner * columns + (transposed ? j * inner + k : k * columns + j),
            (pile * rows + i) * columns + j,
          );
}

export const linearRules: Rules<'dense' | 'matmul'> = {
  dense: {
    forward: (node, inputs) => {
      const x = only(inputs);
      const [inner = 1, out = 1] = node.kernel.dims;
      const y = zeros([...x.dims.slice(0, -1), out]);
      return mapped(y, (_, i) => {
        const [row, o] = [Math.floor(i / out), i % out];
        let sum = at(node.bias.data, o);
        for (let k = 0; k < inner; k++) sum += at(x.data, row * inner + k) * at(node.kernel.data, k * out + o);
        return sum;
      });
    },
    backward: (node, gradient, inputs) => {
      const [inner = 1, out = 1] = node.kernel.dims;
      return [
        mapped(only(inputs), (_, i) => {
          const [row, k] = [Math.floor(i / inner), i % inner];
          let sum = 0;
          for (let o = 0; o < out; o++) sum += at(gradient.data, row * out + o) * at(node.kernel.data, k * out + o);
          return sum;
        }),
      ];
    },
  },
  matmul: {
    forward: (node, inputs) => {
      const [a, b] = inputs as [Values, Values];
      const y = zeros([a.dims[0] ?? 1, ...node.dims]);
      products(a, b, node.transposed, (i, j, to) => {
        y.data[to] = at(y.data, to) + node.scale * at(a.data, i) * at(b.data, j);
      });
      return y;
    },
    backward: (node, gradient, inputs) => {
      const [a, b] = inputs as [Values, Values];
      const [da, db] = [zeros(a.dims), zeros(b.dims)];
      products(a, b, node.transposed, (i, j, to) => {
        const g = node.scale * at(gradient.data, to);
        da.data[i] = at(da.data, i) + g * at(b.data, j);
        db.data[j] = at(db.data, j) + g * at(a.data, i);
      });
      return [da, db];
    },
  },
};
