import type { Model } from '@gradcam/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { laws } from './laws/index.ts';
import { type Findings, judge, type LawName, type Subject, type Tolerance } from './laws/law.ts';
import type { Format, Network } from './network.ts';
import { networks as allNetworks } from './networks/index.ts';
import { toleranceFor } from './tolerance.ts';

/** A law that an adapter cannot keep. It is judged all the same: once it holds, the skip must go. */
export interface Skip {
  readonly law: LawName;
  /** The network it is about; without one, all. */
  readonly network?: string;
  /** The fault that is in the way, with its public reference where it is not the adapter's own. */
  readonly reason: string;
}

export interface TestModelOptions {
  /** The backend as it stands in the table: "onnxruntime-web (wasm)". */
  readonly name: string;
  /** Opens a network as the adapter's users open a model. */
  readonly create: (network: Network) => Promise<Model>;
  /** The format that `create` writes; networks that it cannot hold are left out, each with its reason. */
  readonly format?: Format;
  /** Default: all. */
  readonly networks?: readonly Network[];
  /** Stricter than the default, never wider. */
  readonly tolerance?: Partial<Tolerance>;
  /** How many device tensors live now, for the law `memory`. */
  readonly live?: () => number | Promise<number>;
  readonly skip?: readonly Skip[];
}

/** What a test leaves in its `meta` for the table of backends. */
export interface Note extends Partial<Findings> {
  readonly backend: string;
  readonly format: string;
  readonly network: string;
  readonly law: string;
  readonly skipped?: string;
}

interface Opened {
  readonly subject: Subject;
  readonly dispose: () => Promise<void>;
}

async function open({ create, live, tolerance }: TestModelOptions, network: Network): Promise<Opened> {
  const model = await create(network);
  const subject: Subject = {
    network,
    model,
    create: () => create(network),
    tolerance: toleranceFor(network, tolerance),
    ...(live ? { live } : {}),
  };
  return { subject, dispose: () => model.dispose() };
}

function testNetwork(options: TestModelOptions, network: Network): void {
  const { name: backend, format = 'other', skip: skips = [] } = options;
  const where = { backend, format, network: network.name };
  const left = options.format ? network.without[options.format] : undefined;
  if (left !== undefined) {
    test(network.name, ({ skip, task }) => {
      note(task, { ...where, law: 'all', skipped: left });
      skip(left);
    });
    return;
  }
  describe(network.name, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open(options, network);
    });
    afterAll(() => opened?.dispose());
    for (const law of laws) {
      const reason = skips.find(
        (skip) => skip.law === law.name && (skip.network ?? network.name) === network.name,
      )?.reason;
      test(`${law.name}: ${law.statement}`, async ({ skip, task }) => {
        if (reason === undefined) {
          const findings = await judge(law, opened.subject);
          note(task, { ...where, law: law.name, ...findings });
          return;
        }
        const failed = await judge(law, opened.subject).then(
          () => false,
          () => true,
        );
        if (!failed)
          throw new Error(
            `law ${law.name}, network "${network.name}": it is skipped (${reason}), but it holds; remove the skip`,
          );
        console.warn(`${backend}, ${network.name}: law ${law.name} skipped: ${reason}`);
        note(task, { ...where, law: law.name, skipped: reason });
        skip(reason);
      });
    }
  });
}

/** vitest's reports carry `meta` along. */
function note({ meta }: { readonly meta: object }, conformance: Note): void {
  Object.assign(meta, { conformance });
}

/**
 * Every law on every network, as tests of the file that calls it.
 *
 * A failure says law, network, layer, what was expected and what was received. A skip is printed with its reason; a skipped law that holds
 * is a failure.
 */
export function testModel(options: TestModelOptions): void {
  const { name, networks = allNetworks, skip = [] } = options;
  describe(name, () => {
    for (const { law, network, reason } of skip) {
      if (reason.trim() === '')
        throw new Error(`the skip of ${law} has no reason; expected the fault that is in the way`);
      if (network !== undefined && !networks.some((one) => one.name === network))
        throw new Error(`the skip of ${law} names the network "${network}", which there is not`);
    }
    for (const network of networks) testNetwork(options, network);
  });
}
