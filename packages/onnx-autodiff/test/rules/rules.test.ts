import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { checkProfile } from './profile-suite.ts';
import { type Ort, runtimeOf } from './runtime.ts';
import { checkRules, uncovered } from './suite.ts';

checkRules(runtimeOf(ort as unknown as Ort, 'cpu'));

test('every rule has a case', () => {
  expect(uncovered()).toEqual([]);
});
checkProfile(runtimeOf(ort as unknown as Ort, 'cpu'), 'cpu');
