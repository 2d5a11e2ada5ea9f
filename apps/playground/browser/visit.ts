import { readFileSync } from 'node:fs';
import { type Explanation, explanationFromJson } from '@gradcam/onnx';
import type { BrowserContext, Page } from 'playwright-core';
import type { Failure, FromWorker } from '../src/protocol.ts';

type Noted = typeof globalThis & { failures?: string[] };

/** In the page: writes down by which code its workers say that something failed. */
function noteFailures(): void {
  const failures: string[] = [];
  Object.assign(globalThis, {
    failures,
    Worker: class extends Worker {
      constructor(url: URL | string, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
          if ('failure' in data) failures.push(data.failure.code);
        });
      }
    },
  });
}

/** A visitor of the page: what a person can do, and what they then see. */
export class Visit {
  readonly page: Page;
  /** All that was asked for, by the page and its workers. */
  readonly requests: string[] = [];
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.context().on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error') this.complaints.push(line.text());
    });
  }

  static async to(context: BrowserContext, address: string): Promise<Visit> {
    const visit = new Visit(await context.newPage());
    await visit.page.addInitScript(noteFailures);
    await visit.page.goto(address);
    return visit;
  }

  /** Waits until a class is explained. */
  async sees(name: string): Promise<void> {
    await this.page.locator('#caption strong', { hasText: new RegExp(`^${name}$`) }).waitFor();
    await this.rests();
  }

  /** Waits until workers have answered so often that something failed, for that reason. */
  async hears(code: Failure['code'], times: number): Promise<void> {
    await this.page.waitForFunction(
      ([wanted, count]) => (globalThis as Noted).failures?.filter((failure) => failure === wanted).length === count,
      [code, times] as const,
    );
  }

  async rests(): Promise<void> {
    await this.page.locator('body:not([aria-busy])').waitFor();
  }

  async choosesClass(name: string): Promise<void> {
    await this.page
      .locator('#predictions')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    await this.sees(name);
  }

  /** Drops files on the page, as from a folder. */
  async drops(...paths: readonly string[]): Promise<void> {
    const files = paths.map((path) => ({
      name: path.split('/').at(-1) ?? path,
      base64: readFileSync(path).toString('base64'),
    }));
    const transfer = await this.page.evaluateHandle((given) => {
      const made = new DataTransfer();
      for (const { name, base64 } of given)
        made.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      return made;
    }, files);
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  }

  /** What is said where something went wrong. */
  async reads(place: 'model' | 'picture' | 'map'): Promise<string> {
    const notice = this.page.locator(`#${place}-notice`);
    await notice.waitFor();
    await this.rests();
    return (await notice.textContent()) ?? '';
  }

  /** The explanation that is shown, by the button that saves it. */
  async saves(): Promise<Explanation> {
    return explanationFromJson(JSON.parse(readFileSync(await this.#downloads('#save-map'), 'utf8')));
  }

  /** The file of the picture that is shown. */
  savesPicture(): Promise<string> {
    return this.#downloads('#save-picture');
  }

  async #downloads(button: string): Promise<string> {
    await this.rests();
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.page.click(button)]);
    return download.path();
  }

  leaves(): Promise<void> {
    return this.page.close();
  }
}
