import type { ErrorEntry } from './entry.ts';

/** Writing to production. */
export const PUSH = {
  PUSH_TARGET_MISSING: {
    means: 'The workspace says nothing of where to push to.',
    cause: 'No "push:" in hoopduck.yaml.',
    next: 'Add "push:" with "path: <folder>", or a bucket or project (docs/bigquery.md).',
    exit: [2],
  },
  PUSH_UNKNOWN: {
    means: 'No push to the target belongs to the run that was named.',
    cause: 'A run that did not push, or pushed elsewhere.',
    next: 'Name one of the runs that the message lists.',
    exit: [2],
  },
  PUSH_RED: {
    means: 'Partitions were not pushed, because checks on them are red; the green ones were.',
    cause: 'Data that a gate calls wrong.',
    next: 'See "hoopduck status" for the red checks, mend the data, then run and push again.',
    exit: [1],
  },
  PUSH_REFUSED: {
    means:
      'Partitions were not pushed, because production holds something other than what hoopduck left there.',
    cause: 'Somebody else wrote to the table.',
    next: 'Look at what changed there; to replace it, push again with "--force" and "--reason".',
    exit: [4],
  },
  LEDGER_STALE: {
    means: 'Rows in the replica are not those that its ledger has on record; they were not pushed.',
    cause: 'The replica was written to by another program.',
    next: 'Run "hoopduck transform --refresh" for the date and "hoopduck validate", then push again.',
    exit: [4],
  },
  SCHEMA_DRIFT: {
    means:
      'A column has another type in the target than in the replica; nothing of its table was written.',
    cause: 'A table that was made by hand, or by an older version.',
    next: "Change the column's type in the target, or move the table away.",
    exit: [4],
  },
  TYPE_UNSUPPORTED: {
    means: 'A column has a type that BigQuery does not know; nothing of its table was written.',
    cause: 'An own model with a type of DuckDB, such as UNION or MAP.',
    next: 'Cast the column in its model.',
    exit: [4],
  },
  TARGET_VALUE: {
    means:
      'A value does not fit the type that the target declares; nothing of its table was written.',
    cause: 'A narrower column in the target.',
    next: 'Widen the column in the target.',
    exit: [4],
  },
  TARGET_MOVED: {
    means:
      'A partition changed in the target while its successor was written; it was left as it is.',
    cause: 'Another job writes to the same table.',
    next: 'Run "hoopduck push" again; it compares with what is there now.',
    exit: [4],
  },
  TARGET_BROKEN: {
    means: 'A file of the target cannot be read.',
    cause: 'A file cut short, or one of another kind.',
    next: 'Take the broken file out of the target, then run "hoopduck push" again.',
    exit: [3],
  },
  STAGED_DIFFERS: {
    means: 'What was staged reads back as something else; nothing of the table was swapped.',
    cause: 'A failing disk.',
    next: 'Check the disk, then run "hoopduck push" again.',
    exit: [3],
  },
  TARGET_READ_BACK: {
    means: 'A partition reads back as something else a moment after it was swapped.',
    cause: 'Another job writes to the same table.',
    next: 'See what else writes there, then run "hoopduck push --resume"; "--rollback" puts back what was there.',
    exit: [3],
  },
  BACKUP_MISSING: {
    means: 'The backup that a rollback needs is not there any more; nothing was changed.',
    cause: 'It is older than "push.backup_days", or was taken away.',
    next: 'Put production back from another copy, or push the replica again.',
    exit: [3],
  },
  BACKUP_DIFFERS: {
    means:
      'A backup does not hold what was there before the push; nothing of its table was put back.',
    cause: 'A backup that was changed.',
    next: 'Restore the table from another copy of production.',
    exit: [4],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
