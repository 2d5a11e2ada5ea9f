import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { AutodiffError } from '../../src/errors.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { typeName } from '../../src/graph/types.ts';
import { type Ort, runtimeOf } from '../rules/runtime.ts';
import { readInputs } from './feeds.ts';
import { report } from './report.ts';
import { type Verdict, verdictOn } from './verdict.ts';

const folder = process.env['GRADCAM_ONNX_NODE_TESTS'] ?? '';
const source = process.env['GRADCAM_ONNX_NODE_TESTS_SOURCE'] ?? folder;
const page = process.env['GRADCAM_ONNX_NODE_TESTS_REPORT'];

/** onnxruntime-node ends the process where an output has one of the narrow types of later opsets. */
const READABLE = new Set(
  'float32 float64 float16 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool string'.split(' '),
);
const runtime = runtimeOf(ort as unknown as Ort, 'cpu');

async function verdictOf(name: string): Promise<Verdict> {
  const bytes = new Uint8Array(readFileSync(join(folder, name, 'model.onnx')));
  const { inputs: names, outputs, declared, nodes, opset } = openGraph(bytes);
  const nothing = { ops: [...new Set(nodes.map((node) => node.kind))], opset, double: false } as const;
  const unreadable = outputs.find((output) => {
    const { type } = declared.get(output) ?? {};
    return type !== undefined && !READABLE.has(typeName(type));
  });
  if (unreadable) return { ...nothing, kind: 'no floats', detail: `onnxruntime-node cannot give out ${unreadable}` };
  // sequences and optional values have no tensor type
  const inputs = names.every((input) => declared.get(input)?.type) ? readInputs(join(folder, name)) : undefined;
  if (!inputs || inputs.length !== names.length)
    return { ...nothing, kind: 'no floats', detail: 'inputs that are no number tensors' };
  const feeds = new Map(names.map((input, index) => [input, inputs[index] as (typeof inputs)[number]]));
  return verdictOn(runtime, bytes, feeds);
}

async function verdictOrRefusal(name: string): Promise<Verdict> {
  try {
    return await verdictOf(name);
  } catch (error) {
    if (!(error instanceof AutodiffError)) throw error;
    return { kind: 'refused', ops: [], opset: 0, double: false, detail: error.message };
  }
}

test('the official node tests', { timeout: 600_000 }, async () => {
  const verdicts = new Map<string, Verdict>();
  for (const name of readdirSync(folder))
    if (existsSync(join(folder, name, 'model.onnx'))) verdicts.set(name, await verdictOrRefusal(name));
  const text = report(verdicts, source);
  console.log(text);
  if (page) writeFileSync(page, text);
  expect([...verdicts].filter(([, { kind }]) => kind === 'wrong')).toEqual([]);
  expect(verdicts.size).toBeGreaterThan(500);
});
