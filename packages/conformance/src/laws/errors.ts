import { type ErrorCode, GradcamError, pointAt } from '@gradcam/core';
import { nodeOf } from '../network.ts';
import { Broken, type Law } from './law.ts';
import { layerOf, pictures, valueAt } from './subject.ts';

interface Mistake {
  readonly call: () => Promise<unknown>;
  readonly code: ErrorCode;
  /** What came: the message must show it. */
  readonly came: string;
}

/** 10: a mistake is answered by one line that says what to do. */
export const errors: Law = {
  name: 'errors',
  statement: 'errors name the backend, what was expected, what came and what to do',
  check: async (subject) => {
    const { model, network, create } = subject;
    const x = pictures(subject, 1);
    const layer = layerOf(subject, network.layers[1]);
    const pass = await model.run(x, { layers: [layer.name] });
    const point = pointAt(layer, valueAt(pass.activations, layer, 'activation'), x);
    const classes = nodeOf(network, network.score).dims;
    const flat = classes.length === 1;
    const used = await create();
    await used.dispose();
    await used.dispose();
    const layers = [layer.name];
    const mistakes: Readonly<Record<string, Mistake>> = {
      'an unknown layer': {
        call: () => model.run(x, { layers: ['nothing'] }),
        code: 'unknown-layer',
        came: 'nothing',
      },
      'resume at an unknown layer': {
        call: () => model.resume({ ...point, layer: 'nothing' }),
        code: 'unknown-layer',
        came: 'nothing',
      },
      'a picture of other dims': {
        call: () => model.run({ data: new Float32Array(3), dims: [1, 3] }),
        code: 'bad-input',
        came: model.inputs.length > 1 ? '' : '1, 3',
      },
      'an activation of other dims': {
        call: () => model.resume({ ...point, activation: { data: new Float32Array(7), dims: [1, 7] } }),
        code: 'bad-input',
        came: '1, 7',
      },
      ...(flat
        ? {
            'a class that does not exist': {
              call: () => model.run(x, { layers, seed: [classes[0] as number] }),
              code: 'bad-target' as const,
              came: String(classes[0]),
            },
            'classes for more samples than there are': {
              call: () => model.pull(point, [0, 0, 0]),
              code: 'bad-target' as const,
              came: '3',
            },
          }
        : {}),
      'a cotangent of an unknown output': {
        call: () => model.pull(point, new Map([['nowhere', pass.output]])),
        code: 'bad-input',
        came: 'nowhere',
      },
      'a model that is gone': { call: () => used.run(x), code: 'disposed', came: 'disposed' },
    };
    for (const [name, mistake] of Object.entries(mistakes)) await refused(model.backend, name, mistake);
    return undefined;
  },
};

async function refused(backend: string, name: string, { call, code, came }: Mistake): Promise<void> {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GradcamError) || error.code !== code)
    throw new Broken({ expected: `${name} to reject with a GradcamError "${code}"`, received: String(error) });
  const { message } = error;
  const plain = message.replaceAll(' ', '');
  const lacks = [
    message.startsWith(`${backend}: `) ? '' : `"${backend}: " in front`,
    plain.includes(came.replaceAll(' ', '')) ? '' : `what came (${came})`,
    message.includes('expected') || code === 'disposed' ? '' : 'what was expected',
    message.includes('\n') ? 'only one line' : '',
  ].filter((lack) => lack !== '');
  if (lacks.length > 0)
    throw new Broken({ expected: `the message of ${name} with ${lacks.join(', ')}`, received: message });
}
