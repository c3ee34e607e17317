/** Exit codes of the command line, as scripts rely on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  warehouse: 3,
  refused: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
