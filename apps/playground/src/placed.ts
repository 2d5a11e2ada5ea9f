import type { Place } from './view/notice.ts';

/** An error, and where on the page it is to be said. */
export class Placed extends Error {
  override readonly name = 'Placed';
  readonly place: Place;
  /** What became of it, before what was wrong. */
  readonly outcome: string;

  constructor(place: Place, outcome: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.place = place;
    this.outcome = outcome;
  }
}

/** What fails in a job is said at its place. */
export function at<T>(place: Place, outcome: string, job: Promise<T>): Promise<T> {
  return job.catch((error: unknown) => {
    throw error instanceof Placed ? error : new Placed(place, outcome, error);
  });
}
