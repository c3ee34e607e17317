import type { ErrorEntry } from './entry.ts';

/** The local DuckDB file. */
export const REPLICA = {
  REPLICA_MISSING: {
    means: 'The workspace has no replica yet, and the command reads one.',
    cause: 'Nothing was synced, or data/replica.duckdb was moved away.',
    next: 'Run "hoopduck run" or "hoopduck sync" first.',
    exit: [2],
  },
  REPLICA_LOCKED: {
    means: 'Another process holds the replica; the message names it.',
    cause: 'Another hoopduck command, or a DuckDB shell or notebook that has the file open.',
    next: 'Wait for that process to end, or stop it, then try again.',
    exit: [4],
  },
  REPLICA_NEWER: {
    means: 'The replica was written by a newer hoopduck than this one.',
    cause: 'Two versions of hoopduck work on one workspace.',
    next: 'Install the newer hoopduck.',
    exit: [4],
  },
  REPLICA_UNREADABLE: {
    means: 'The file of the replica cannot be opened as a DuckDB database.',
    cause: 'A damaged file, a file of another DuckDB version, or no right to read it.',
    next: 'Move the file away and run "hoopduck run": it is rebuilt from the warehouse.',
    exit: [4],
  },
  REPLICA_MEMORY: {
    means: 'A statement in the replica needs more memory than "replica.memory_limit" allows.',
    cause: 'A limit that is too low for the history, or a build of many dates at once.',
    next: 'Raise "replica.memory_limit" in hoopduck.yaml, or set "replica.threads" to 1; then run the same command again.',
    exit: [4],
  },
  DISK_FULL: {
    means: 'The disk takes no more: it is full, a quota is reached, or a file may not grow.',
    cause: 'The replica, what it spills beside it, models or backups have filled the disk.',
    next: 'Make room, then run the same command again: what was committed is kept.',
    exit: [4],
  },
  NOTHING_SYNCED: {
    means: 'The replica holds no schedule yet, so there are no dates to work on.',
    cause: 'The replica is new, and no sync has come to its end.',
    next: 'Run "hoopduck sync" or "hoopduck run" first.',
    exit: [2],
  },
  SQL_FAILED: {
    means: 'A statement of "hoopduck query" did not run.',
    cause:
      'A mistake in the SQL, a table that is not built, a statement that writes, or too little memory.',
    next: 'Correct the SQL; "hoopduck query \'SHOW ALL TABLES\'" lists what there is. The replica is opened read-only.',
    exit: [2],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
