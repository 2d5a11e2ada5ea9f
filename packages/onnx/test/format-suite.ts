import { relativeError } from '@gradcam/conformance';
import { describe, expect, test } from 'vitest';
import { type Constant, type ModelSpec, model, type NodeSpec } from '../../onnx-autodiff/test/models/build.ts';
import { explain, fromOnnx, type Inputs, type OnnxModel, type Ort, type Tensor } from '../src/index.ts';
import { noise } from './noise.ts';
import { plainBytes, plainSpec as spec } from './plain-network.ts';

const pictures = noise(3)([2, 3, 12, 10]);
const constants = spec.constants as Readonly<Record<string, Constant>>;
const mapped = (change: (constant: Constant, name: string) => Constant): Readonly<Record<string, Constant>> =>
  Object.fromEntries(Object.entries(constants).map(([name, constant]) => [name, change(constant, name)]));

/** Weights as nodes: as tensors, or where they are vectors as value_floats. */
const constantNodes = Object.entries(constants).map(([name, constant]): NodeSpec => {
  const { dims, values } = constant;
  return [
    'Constant',
    [],
    [name],
    dims.length === 1 ? { value_floats: { floats: Array.from(values) } } : { value: { tensor: constant } },
  ];
});

/** The whole network in float16, or in float32 between casts. */
const half: ModelSpec = {
  ...spec,
  inputs: { x: { type: 'float16', dims: ['N', 3, 12, 10] } },
  constants: mapped((constant) => ({ ...constant, type: 'float16' })),
  outputs: { logits: { type: 'float16', dims: ['N', 5] } },
};

/** Weights in bfloat16, for which the CPU has no convolution: cast where they are used. */
const brain: ModelSpec = {
  ...spec,
  constants: Object.fromEntries(
    Object.entries(constants).map(([name, constant]) => [
      `${name}/stored`,
      { ...constant, type: 'bfloat16', field: name === 'w' },
    ]),
  ),
  nodes: [
    ...Object.keys(constants).map((name): NodeSpec => ['Cast', [`${name}/stored`], [name], { to: 1 }]),
    ...spec.nodes,
  ],
};

const same: readonly (readonly [name: string, spec: ModelSpec, tolerance: number])[] = [
  [
    'weights in the repeated fields',
    { ...spec, constants: mapped((constant) => ({ ...constant, field: true })) },
    1e-6,
  ],
  ['weights as Constant nodes', { ...spec, constants: {}, nodes: [...constantNodes, ...spec.nodes] }, 1e-6],
  [
    'weights listed among the inputs, IR 3',
    { ...spec, opset: 8, ir: 3, inputs: { ...spec.inputs, ...mapped((constant) => constant) } },
    1e-6,
  ],
  ['float16 throughout', half, 2e-2],
  [
    'float16 weights in int32_data',
    { ...half, constants: mapped((constant) => ({ ...constant, type: 'float16', field: true })) },
    2e-2,
  ],
  ['bfloat16 weights', brain, 3e-2],
  [
    'bfloat16 on the way',
    {
      ...spec,
      nodes: spec.nodes.flatMap((node): readonly NodeSpec[] =>
        node[2][0] === 'pooled'
          ? [
              ['Cast', ['r2'], ['short'], { to: 16 }],
              ['Cast', ['short'], ['long'], { to: 1 }],
              [node[0], ['long'], node[2]],
            ]
          : [node],
      ),
    },
    1e-2,
  ],
];

/** A gradient at every float layer, by the score's class 2. */
async function gradientsOf(
  opened: OnnxModel,
  x: Inputs,
  layers: readonly string[],
): Promise<ReadonlyMap<string, Tensor>> {
  return (await opened.run(x, { layers, seed: [2, 2] })).gradients;
}

/** Ways to store one network, and networks with more than one input or output. */
export function checkFormats(ort: Ort): void {
  describe('the same network in another format has the same gradient', () => {
    test.each(same)('%s', async (_, other, tolerance) => {
      const [a, b] = [await fromOnnx(plainBytes, ort), await fromOnnx(model(other), ort)];
      const x = pictures;
      const layers = ['x', 'r1', 'r2'];
      const also = b.layers.find(({ name }) => name === 'short');
      if (also) {
        const read = await b.run(x, { layers: ['short', 'r2'], seed: 'top' });
        const point = { layer: 'short', activation: read.activations.get('short') as Tensor };
        expect(relativeError((await b.resume(point)).output.data, read.output.data)).toBeLessThan(1e-6);
        expect(read.gradients.get('short')?.data).toEqual(read.gradients.get('r2')?.data);
      }
      const [expected, found] = [await gradientsOf(a, x, layers), await gradientsOf(b, x, layers)];
      for (const layer of layers)
        expect(relativeError(found.get(layer)?.data ?? [], expected.get(layer)?.data ?? []), layer).toBeLessThan(
          tolerance,
        );
      const point = { layer: 'r1', activation: (await b.run(x, { layers: ['r1'] })).activations.get('r1') as Tensor };
      expect(relativeError((await b.pull(point, [2, 2])).data, found.get('r1')?.data ?? [])).toBeLessThan(1e-3);
      const [explanation] = await explain(b, { data: x.data.subarray(0, x.data.length / 2), dims: [1, 3, 12, 10] });
      expect(explanation?.layer.name).toMatch(/^(r2|long)$/);
      await a.dispose();
      await b.dispose();
    });
  });

  test('ports of bfloat16 are refused by name', async () => {
    const short = { ...spec, nodes: [...spec.nodes, ['Cast', ['logits'], ['o'], { to: 16 }] as const] };
    const outputs = { o: { type: 'bfloat16', dims: ['N', 5] } };
    await expect(fromOnnx(model({ ...short, outputs }), ort)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining('o is of bfloat16'),
    });
  });

  test('a front end of bytes, channels last', async () => {
    const opened = await fromOnnx(
      model({
        ...spec,
        inputs: { picture: { type: 'uint8', dims: ['N', 12, 10, 3] } },
        constants: { ...constants, scale: { dims: [], values: [1 / 255] } },
        nodes: [
          ['Cast', ['picture'], ['f'], { to: 1 }],
          ['Mul', ['f', 'scale'], ['s']],
          ['Transpose', ['s'], ['x'], { perm: [0, 3, 1, 2] }],
          ...spec.nodes,
        ],
      }),
      ort,
    );
    const bytes = { data: Float32Array.from({ length: 360 }, (_, i) => (i * 37) % 256), dims: [1, 3, 12, 10] };
    expect(opened.inputs[0]).toMatchObject({ type: 'uint8', channelsLast: true, dims: [null, 3, 12, 10] });
    const reference = await fromOnnx(plainBytes, ort);
    const scaled = { data: bytes.data.map((value) => value / 255), dims: bytes.dims };
    const [a, b] = [
      await opened.run(bytes, { layers: ['r1'], seed: [1] }),
      await reference.run(scaled, { layers: ['r1'], seed: [1] }),
    ];
    expect(relativeError(a.gradients.get('r1')?.data ?? [], b.gradients.get('r1')?.data ?? [])).toBeLessThan(1e-5);
    await expect(opened.run(scaled)).rejects.toMatchObject({ code: 'bad-input' });
    await opened.dispose();
    await reference.dispose();
  });

  test('a picture, ids and a mask; outputs chosen by name and by index', async () => {
    const opened = await fromOnnx(many, ort, { output: 'second' });
    const x = pictures;
    const inputs = new Map<string, Tensor>([
      ['x', x],
      ['ids', { data: Float32Array.of(0, 1, 2, 3, 1, 0), dims: [2, 3] }],
      ['mask', { data: Float32Array.of(1, 1, 0, 1, 0, 0), dims: [2, 3] }],
    ]);
    expect(opened.inputs.map(({ name, type }) => [name, type])).toEqual([
      ['x', 'float32'],
      ['ids', 'int64'],
      ['mask', 'int64'],
    ]);
    expect(opened.score.output).toBe('second');
    const pass = await opened.run(inputs, { layers: ['r2', 'embedded'], seed: [0, 1] });
    expect(pass.outputs.size).toBe(2);
    expect(pass.output.dims).toEqual([2, 2]);
    const layer = opened.layers.find(({ name }) => name === 'r2');
    expect(layer).toMatchObject({ bypassed: true, blocked: [] });
    const point = { layer: 'r2', activation: pass.activations.get('r2') as Tensor, inputs };
    expect(relativeError((await opened.resume(point)).output.data, pass.output.data)).toBeLessThan(1e-6);
    expect(relativeError((await opened.pull(point, [0, 1])).data, pass.gradients.get('r2')?.data ?? [])).toBeLessThan(
      1e-6,
    );
    // masked rows of the embedding have no gradient, the others that of their weight
    const rows = pass.gradients.get('embedded')?.data ?? new Float32Array();
    expect([rows[2 * 4], rows[4 * 4]]).toEqual([0, 0]);
    expect(rows[0]).not.toBe(0);
    const byIndex = await fromOnnx(many, ort, { output: 1 });
    expect(byIndex.score.output).toBe('second');
    const first = await fromOnnx(many, ort);
    expect(first.score.output).toBe('logits');
    await expect(fromOnnx(many, ort, { output: 'third' })).rejects.toThrow(/third.*logits, second/);
    await expect(fromOnnx(many, ort, { output: 2 })).rejects.toMatchObject({ code: 'bad-option' });
    for (const each of [opened, byIndex, first]) await each.dispose();
  });
}

/** A picture and a list of ids with a mask, added up to a second head. */
const many = model({
  ...spec,
  inputs: { x: ['N', 3, 12, 10], ids: { type: 'int64', dims: ['N', 'T'] }, mask: { type: 'int64', dims: ['N', 'T'] } },
  constants: {
    ...constants,
    table: { dims: [4, 4], values: Array.from({ length: 16 }, (_, i) => Math.sin(i)) },
    words: { dims: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] },
    seen: { dims: [6, 2], values: Array.from({ length: 12 }, (_, i) => Math.cos(i)) },
    last: { type: 'int64', dims: [1], values: [2] },
    tokens: { type: 'int64', dims: [1], values: [1] },
  },
  nodes: [
    ...spec.nodes,
    ['Gather', ['table', 'ids'], ['embedded']],
    ['Cast', ['mask'], ['kept'], { to: 1 }],
    ['Unsqueeze', ['kept', 'last'], ['column']],
    ['Mul', ['embedded', 'column'], ['masked']],
    ['ReduceSum', ['masked', 'tokens'], ['sentence'], { keepdims: 0 }],
    ['MatMul', ['sentence', 'words'], ['said']],
    ['MatMul', ['flat', 'seen'], ['shown']],
    ['Add', ['said', 'shown'], ['second']],
  ],
  outputs: { logits: ['N', 5], second: ['N', 2] },
});
