import type { ErrorEntry } from './entry.ts';

/** Models in SQL, thresholds and gates. */
export const TRANSFORM_AND_GATES = {
  MODEL_INVALID: {
    means: 'A .sql file of a model has a head that cannot be used; the message shows the place.',
    cause:
      'A misspelt key in the head, a table that the SQL reads and the head does not name, or the other way round.',
    next: 'Mend the file; docs/models.md gives the form of a head.',
    exit: [2],
  },
  MODEL_CYCLE: {
    means: 'Models read each other in a circle.',
    cause: 'A model of the workspace reads a table that is computed from it.',
    next: 'Take one of the tables out of the "reads" of the others.',
    exit: [2],
  },
  FEATURE_UNKNOWN: {
    means: '"train.add_features" names a table or column that training cannot use.',
    cause: 'A misspelt name, or a model without one row for each player and date.',
    next: 'Correct "train.add_features" in hoopduck.yaml; docs/own-models.md has an example.',
    exit: [2],
  },
  THRESHOLDS_MISSING: {
    means: 'The file of thresholds cannot be read.',
    cause: 'A misspelt name or path.',
    next: 'Name "default", "legacy" or an existing YAML file.',
    exit: [2],
  },
  THRESHOLDS_COLUMN: {
    means: 'A check of the thresholds names a column that its table does not have.',
    cause: 'A misspelt or renamed column.',
    next: 'Correct the file of thresholds.',
    exit: [2],
  },
  NOTHING_TO_VALIDATE: {
    means: 'There are no games to judge: nothing is expected of any table.',
    cause: 'No transform has come to its end.',
    next: 'Run "hoopduck sync" and "hoopduck transform" first.',
    exit: [2],
  },
  CHECK_UNKNOWN: {
    means: '"validate --explain" or "--lower" names a check, a table or a scope that there is not.',
    cause: 'A misspelt name, or a check that the thresholds do not have.',
    next: 'Take a name from the list that "hoopduck validate" prints; docs/gates.md lists the checks.',
    exit: [2],
  },
  THRESHOLD_NOT_LOWERED: {
    means: 'A threshold was not lowered, and the file of thresholds is as it was.',
    cause:
      'No --reason was given, the value is not below the present one, or the check has no such limit.',
    next: 'Give the reason with --reason "..."; "hoopduck validate --explain CHECK" shows what would come in.',
    exit: [2, 4],
  },
  PREFLIGHT_FAILED: {
    means: 'A run did not begin: what it needs is not there. Nothing was changed.',
    cause:
      'A full disk, a warehouse that cannot be reached, or a push target that cannot be written to.',
    next: 'Mend what the message names; "hoopduck doctor" checks the same and more.',
    exit: [3, 4],
  },
  GATE_RED: {
    means:
      'At least one check is red: rows are missing, doubled, out of range or not what they were.',
    cause:
      'Data that did not come, came twice or came wrong from the source. Green dates go on; red ones are neither trained on nor pushed.',
    next: 'See "hoopduck validate" for what was found and wanted, mend the data at the source, and run again.',
    exit: [1],
  },
  JUNIT_UNWRITABLE: {
    means: 'The report that "--junit" asks for cannot be written; the command did not begin.',
    cause: 'A folder that is not there, or no right to write.',
    next: 'Give "--junit" a file in a folder that is there and may be written.',
    exit: [2],
  },
  RUN_INCOMPLETE: {
    means: 'A run came to its end, and a part of it did not do all of its work.',
    cause: 'A stage that reports a failure of its own; "hoopduck status" names it.',
    next: 'See "hoopduck status".',
    exit: [1],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
