import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { AutodiffError } from '../../src/errors.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { type Ort, runtimeOf } from '../rules/runtime.ts';
import { readInputs } from './feeds.ts';
import { report } from './report.ts';
import { type Verdict, verdictOn } from './verdict.ts';

const folder = process.env['GRADCAM_ONNX_NODE_TESTS'] ?? '';
const runtime = runtimeOf(ort as unknown as Ort, 'cpu');

async function verdictOf(name: string): Promise<Verdict> {
  const bytes = new Uint8Array(readFileSync(join(folder, name, 'model.onnx')));
  const { inputs: names, declared, nodes, opset } = openGraph(bytes);
  const ops = [...new Set(nodes.map((node) => node.kind))];
  // sequences and optional values have no tensor type
  const inputs = names.every((input) => declared.get(input)?.type) ? readInputs(join(folder, name)) : undefined;
  if (!inputs || inputs.length !== names.length)
    return { kind: 'no floats', ops, opset, detail: 'inputs that are no number tensors' };
  return verdictOn(
    runtime,
    bytes,
    new Map(names.map((input, index) => [input, inputs[index] as (typeof inputs)[number]])),
  );
}

test('the official node tests', { timeout: 600_000 }, async () => {
  const only = process.env['ONLY'];
  const names = readdirSync(folder).filter(
    (name) => existsSync(join(folder, name, 'model.onnx')) && (!only || name.includes(only)),
  );
  const verdicts = new Map<string, Verdict>();
  for (const name of names) {
    try {
      verdicts.set(name, await verdictOf(name));
    } catch (error) {
      if (!(error instanceof AutodiffError)) throw error;
      verdicts.set(name, { kind: 'refused', ops: [], opset: 0, detail: error.message });
    }
  }
  const text = report(verdicts);
  console.log(text);
  if (process.env['GRADCAM_SUITE_REPORT']) writeFileSync(process.env['GRADCAM_SUITE_REPORT'], text);
  expect([...verdicts].filter(([, { kind }]) => kind === 'wrong')).toEqual([]);
});
