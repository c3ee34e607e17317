import type { ErrorEntry } from './entry.ts';

/** Comparing, reproducing and drawing. */
export const LOOK = {
  DIFFERENT: {
    means: '"hoopduck diff" found the two sides different.',
    cause: 'What it prints: tables, columns and rows.',
    next: 'Look at one table with "--table" and more "--examples"; "--tolerance" and "--ignore" leave out what does not matter.',
    exit: [1],
  },
  DIFF_NOTHING: {
    means: 'The two sides have no table in common.',
    cause: 'A side that is not what was meant.',
    next: 'Check both sides.',
    exit: [2],
  },
  DIFF_TABLE: {
    means: '"--table" names what neither side has.',
    cause: 'A misspelt name.',
    next: 'Leave "--table" out to see what both sides have.',
    exit: [2],
  },
  DIFF_MEMORY: {
    means: 'The differing rows do not fit into the memory that is allowed.',
    cause: 'Two sides that differ almost everywhere.',
    next: 'Raise "replica.memory_limit" in hoopduck.yaml, or compare fewer dates.',
    exit: [2],
  },
  SIDE_UNKNOWN: {
    means: 'A side of a comparison is no replica, workspace, warehouse, run or folder.',
    cause: 'A misspelt name or path.',
    next: 'See "hoopduck diff --help".',
    exit: [2],
  },
  SIDE_UNNAMED: {
    means: 'A side is one Parquet file, and nothing says which table it holds.',
    cause: 'No "--table", or several.',
    next: 'Add "--table dataset.table".',
    exit: [2],
  },
  SIDE_UNREADABLE: {
    means: 'A side cannot be opened as a DuckDB database.',
    cause: 'A damaged file, or one of another DuckDB version.',
    next: 'Name a file of this version of DuckDB.',
    exit: [2],
  },
  TABLE_UNDATED: {
    means: 'A table of a remote side has no date column, by which its rows are read.',
    cause: 'A table that another program made.',
    next: 'Leave the table out.',
    exit: [2],
  },
  TABLE_UNKNOWN: {
    means: '"hoopduck graph" knows no table of this name, or several.',
    cause: 'A misspelt name, or one without its dataset.',
    next: 'See "hoopduck graph" for the names.',
    exit: [2],
  },
  SVG_UNWRITABLE: {
    means: 'The drawing of "hoopduck graph" cannot be written.',
    cause: 'A folder that is not there, or no right to write.',
    next: 'Give "--svg" a file in a folder that is there and may be written.',
    exit: [2],
  },
  REPORT_UNWRITABLE: {
    means: 'The file of "hoopduck report" cannot be written.',
    cause: 'A folder in its place, or no right to write.',
    next: 'Give "--output" a file in a folder that may be written.',
    exit: [2],
  },
  PORT_UNUSABLE: {
    means: 'The port of "hoopduck report --serve" cannot be used.',
    cause: 'Another program listens there, or the port is one that only the system may use.',
    next: 'Give "--port" another one; 0 takes any that is free.',
    exit: [2],
  },
  PAST_UNKNOWN: {
    means: 'The replica keeps nothing of past runs yet.',
    cause: 'No run has come to its end.',
    next: 'Run "hoopduck run" once; from then on it keeps what it replaces.',
    exit: [2],
  },
  RUN_UNKNOWN: {
    means: 'No run has this id.',
    cause: 'A misspelt id, or another workspace.',
    next: 'Name a run by its id, by a beginning that no other has, or "last".',
    exit: [2],
  },
  RUN_AMBIGUOUS: {
    means: 'Several runs begin with these letters.',
    cause: 'A beginning that is too short.',
    next: 'Give more letters of the id.',
    exit: [2],
  },
  RUN_NOT_RECORDED: {
    means: 'A run did not put on record what it stood on, so that it cannot be made again.',
    cause:
      'It did not come to the end of its predictions, or its record was forgotten with "hoopduck gc".',
    next: 'Name another run; "hoopduck run" puts one on record.',
    exit: [2],
  },
  SCRATCH_TAKEN: {
    means: 'The scratch place of "hoopduck reproduce" is not empty.',
    cause: 'An earlier one that was kept with "--keep", or another folder.',
    next: 'Take it away, or name another one with "--into".',
    exit: [2],
  },
  NOT_REPRODUCED: {
    means:
      'A run was made again and did not come out the same; the message says what differs first and why.',
    cause: 'Inputs that are gone, changed SQL, another version, engine or number of threads.',
    next: 'Do what the message says for its reason; docs/reproduce.md lists them.',
    exit: [1],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
