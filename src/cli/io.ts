/** What a command may do to the world: so that tests can watch it. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly cwd: string;
  readonly color: boolean;
}

/** Exit codes: done, diagnostics, usage. */
export const exitCodes = { done: 0, diagnostics: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command was given something it cannot work with. */
export class UsageError extends Error {}
