import type { Model } from '@gradcam/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { laws } from './laws/index.ts';
import { type Findings, judge, type Law, type LawName, type Subject, type Tolerance } from './laws/law.ts';
import type { Format, Network } from './network.ts';
import { networks as allNetworks } from './networks/index.ts';
import { toleranceFor } from './tolerance.ts';

/** A law that an adapter cannot keep. It is judged all the same: once it holds, the skip must go. */
export interface Skip {
  /** Without one, all: for a network that cannot be opened. At least one of them must fail. */
  readonly law?: LawName;
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
  /** Default: all twelve. Fewer where a device is too slow to judge all of them on every network. */
  readonly laws?: readonly LawName[];
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

/** Milliseconds for one law, which a busy machine with an emulated device may need. A law that hangs still ends. */
const PATIENCE = 300_000;

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
  const judged = laws.filter(({ name }) => options.laws?.includes(name) ?? true);
  const where = { backend, format, network: network.name };
  const left = options.format ? network.without[options.format] : undefined;
  if (left !== undefined) {
    test(network.name, ({ skip, task }) => {
      note(task, { ...where, law: 'all', skipped: left });
      skip(left);
    });
    return;
  }
  const about = skips.filter((skip) => (skip.network ?? network.name) === network.name);
  const whole = about.find(({ law }) => law === undefined);
  if (whole) {
    testSkip(options, network, whole, judged);
    return;
  }
  describe(network.name, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open(options, network);
    }, PATIENCE);
    afterAll(() => opened?.dispose(), PATIENCE);
    for (const law of judged) {
      const skipped = about.find((skip) => skip.law === law.name);
      if (skipped) testSkip(options, network, skipped, [law]);
      else
        test(titleOf(law), { timeout: PATIENCE }, async ({ task }) => {
          const findings = await judge(law, opened.subject);
          note(task, { ...where, law: law.name, ...findings });
        });
    }
  });
}

const titleOf = ({ name, statement }: Law): string => `${name}: ${statement}`;

/** Judges skipped laws all the same: at least one of them must fail. */
function testSkip(options: TestModelOptions, network: Network, { reason }: Skip, skipped: readonly Law[]): void {
  const { name: backend, format = 'other' } = options;
  const [first, ...others] = skipped;
  const law = others.length === 0 ? (first?.name ?? '') : 'all';
  test(others.length === 0 && first ? titleOf(first) : network.name, { timeout: PATIENCE }, async ({ skip, task }) => {
    if (!(await breaksOne(options, network, skipped)))
      throw new Error(
        `law ${law}, network "${network.name}": it is skipped (${reason}), but it holds; remove the skip`,
      );
    console.warn(`${backend}, ${network.name}: law ${law} skipped: ${reason}`);
    note(task, { backend, format, network: network.name, law, skipped: reason });
    skip(reason);
  });
}

async function breaksOne(options: TestModelOptions, network: Network, skipped: readonly Law[]): Promise<boolean> {
  const opened = await open(options, network).catch(() => undefined);
  if (!opened) return true;
  try {
    for (const law of skipped) await judge(law, opened.subject);
    return false;
  } catch {
    return true;
  } finally {
    await opened.dispose();
  }
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
        throw new Error(`the skip of ${law ?? 'all laws'} has no reason; expected the fault that is in the way`);
      if (network !== undefined && !networks.some((one) => one.name === network))
        throw new Error(`the skip of ${law ?? 'all laws'} names the network "${network}", which there is not`);
    }
    for (const network of networks) testNetwork(options, network);
  });
}
