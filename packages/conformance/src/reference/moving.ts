import { sizeOf } from '@gradcam/core';
import type { Node, NodeOf, OperationName } from '../graph/node.ts';
import { only, type Rule, type Rules } from './rule.ts';
import { at, mapped, type Values, zeros } from './values.ts';

type Moving = 'concat' | 'upsample' | 'tokens' | 'takeToken' | 'windows' | 'unwindows' | 'flattenLast' | 'prependToken';

/** For each cell of one output sample the cell of one input sample it copies, all inputs counted through; less than 0: none. */
type Sources<Op extends OperationName> = (node: NodeOf<Op>, inputs: readonly (readonly number[])[]) => number[];

/** `count` cells: the source of each. */
const cells = (count: number, source: (cell: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => source(i));

/** The position in the grid of a token in a window, windows row by row. */
function windowed({ grid: [height, width], size }: NodeOf<'windows' | 'unwindows'>): number[] {
  const across = width / size;
  return cells(height * width, (i) => {
    const [window, place] = [Math.floor(i / size ** 2), i % size ** 2];
    const row = Math.floor(window / across) * size + Math.floor(place / size);
    return row * width + (window % across) * size + (place % size);
  });
}

const sources: { readonly [Op in Moving]: Sources<Op> } = {
  concat: ({ dims }) => cells(sizeOf(dims), (i) => i),
  upsample: ({ dims: [channels = 1, height = 1, width = 1] }) =>
    cells(channels * height * width, (i) => {
      const row = Math.floor(i / width) % height;
      const channel = Math.floor(i / (height * width));
      return (channel * (height / 2) + Math.floor(row / 2)) * (width / 2) + Math.floor((i % width) / 2);
    }),
  tokens: ({ dims: [positions = 1, channels = 1] }) =>
    cells(positions * channels, (i) => (i % channels) * positions + Math.floor(i / channels)),
  takeToken: ({ index, dims: [width = 1] }) => cells(width, (i) => index * width + i),
  windows: (node) => {
    const width = node.dims.at(-1) ?? 1;
    return windowed(node).flatMap((token) => cells(width, (k) => token * width + k));
  },
  unwindows: (node) => {
    const width = node.dims.at(-1) ?? 1;
    const places: number[] = [];
    windowed(node).forEach((token, place) => {
      places[token] = place;
    });
    return places.flatMap((place) => cells(width, (k) => place * width + k));
  },
  flattenLast: (_node, [dims]) => {
    const [channels = 1, height = 1, width = 1] = dims ?? [];
    return cells(channels * height * width, (i) => (i % channels) * height * width + Math.floor(i / channels));
  },
  prependToken: ({ dims }) => cells(sizeOf(dims), (i) => i - (dims[1] ?? 1)),
};

/** An operation that only moves values: y[i] = x[source of i], so dx[source of i] = sum of dy[i]. */
function moving<Op extends Moving>(op: Op): Rule<Op> {
  const sourcesOf = (node: NodeOf<Op>, inputs: readonly Values[]): number[] =>
    sources[op](
      node,
      inputs.map(({ dims }) => dims.slice(1)),
    );
  return {
    forward: (node, inputs) => {
      const y = zeros([inputs[0]?.dims[0] ?? 1, ...(node as unknown as Node).dims]);
      walk(sourcesOf(node, inputs), inputs, (to, from, input) => {
        y.data[to] = input ? at(input.data, from) : at((node as unknown as NodeOf<'prependToken'>).token.data, from);
      });
      return y;
    },
    backward: (node, gradient, inputs) => {
      const gradients = inputs.map(({ dims }) => zeros(dims));
      walk(sourcesOf(node, inputs), gradients, (to, from, into) => {
        if (into) into.data[from] = at(into.data, from) + at(gradient.data, to);
      });
      return gradients;
    },
  };
}

/** Calls `visit(to, from, input)` for every cell of every sample; without an input, `from` counts the cells that are nobody's. */
function walk(
  places: readonly number[],
  inputs: readonly Values[],
  visit: (to: number, from: number, input?: Values) => void,
): void {
  const batch = inputs[0]?.dims[0] ?? 1;
  for (let n = 0; n < batch; n++)
    for (const [i, source] of places.entries()) {
      const to = n * places.length + i;
      let cell = source;
      // the input whose cell it is
      const input = inputs.find(({ data }) => {
        if (cell < data.length / batch) return true;
        cell -= data.length / batch;
        return false;
      });
      if (source < 0 || !input) visit(to, i);
      else visit(to, (n * input.data.length) / batch + cell, input);
    }
}

export const movingRules: Rules<Moving | 'addConstant' | 'meanToken'> = {
  concat: moving('concat'),
  upsample: moving('upsample'),
  tokens: moving('tokens'),
  takeToken: moving('takeToken'),
  windows: moving('windows'),
  unwindows: moving('unwindows'),
  flattenLast: moving('flattenLast'),
  prependToken: moving('prependToken'),
  addConstant: {
    forward: (node, inputs) => mapped(only(inputs), (x, i) => x + at(node.value.data, i % node.value.data.length)),
    backward: (_node, gradient) => [gradient],
  },
  meanToken: {
    forward: (node, inputs) => {
      const { data, dims } = only(inputs);
      const [batch = 1, tokens = 1, width = 1] = dims;
      return mapped(zeros([batch, ...node.dims]), (_, i) => {
        let sum = 0;
        for (let t = 0; t < tokens; t++) sum += at(data, (Math.floor(i / width) * tokens + t) * width + (i % width));
        return sum / tokens;
      });
    },
    backward: (_node, gradient, inputs) => {
      const x = only(inputs);
      const [, tokens = 1, width = 1] = x.dims;
      return [mapped(x, (_, i) => at(gradient.data, Math.floor(i / (tokens * width)) * width + (i % width)) / tokens)];
    },
  },
};
