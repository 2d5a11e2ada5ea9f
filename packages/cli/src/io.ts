/** Where text goes: a process's stream, or what a test collects. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** All that a command touches besides files. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Ends the command at the next safe point; what is written stays whole. */
  readonly signal?: AbortSignal;
}
