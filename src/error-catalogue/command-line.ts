import type { ErrorEntry } from './entry.ts';

/** The command line, the workspace and its configuration. */
export const COMMAND_LINE = {
  USAGE: {
    means: 'The command line asks for something that there is not.',
    cause:
      'A misspelt command or option, a value of the wrong form, or options that exclude each other.',
    next: 'See "hoopduck COMMAND --help".',
    exit: [2],
  },
  CONFIG_INVALID: {
    means: 'The file hoopduck.yaml, or one of thresholds, cannot be used as it is.',
    cause:
      'Broken YAML, a misspelt or doubled key, a value of the wrong type or outside its bounds, or a path that is not there. The message shows file:line:column, the line and a caret.',
    next: 'Correct what the caret points at and run the same command again.',
    exit: [2],
  },
  RANGE_EMPTY: {
    means: 'The dates that were asked for hold no day.',
    cause:
      'One end of the range lies beyond the schedule of the warehouse, or "--from" lies after "--to".',
    next: 'Name dates of the schedule; the message gives its first and last one.',
    exit: [2],
  },
  WORKSPACE_MISSING: {
    means: 'There is no hoopduck.yaml where the command looked.',
    cause: 'The command was called outside a workspace, or the folder after "-C" is another one.',
    next: 'Call it inside the workspace, name the workspace with "-C DIR", or make one with "hoopduck init".',
    exit: [2],
  },
  WORKSPACE_EXISTS: {
    means: '"hoopduck init" found a hoopduck.yaml, and left it as it is.',
    cause: 'The folder is a workspace already.',
    next: 'Edit that file, or choose another folder.',
    exit: [4],
  },
  WORKSPACE_UNWRITABLE: {
    means: 'A file or folder of the new workspace cannot be made.',
    cause: 'No right to write there, a full disk, or a file where a folder is wanted.',
    next: 'Choose a folder that you may write to.',
    exit: [2],
  },
  DOCTOR_FAILED: {
    means: '"hoopduck doctor" found something without which commands will fail.',
    cause: 'What the finding says: an old Node, a folder without rights, a warehouse out of reach.',
    next: 'Do what stands after "next:" below each finding, then call it again.',
    exit: [1],
  },
  SAMPLE_FOLDER_NOT_EMPTY: {
    means: '"hoopduck sample" would write over files that are not its own.',
    cause: 'The folder holds something other than an earlier sample.',
    next: 'Name a new or empty folder.',
    exit: [4],
  },
  SAMPLE_OPTION: {
    means: 'A number of "hoopduck sample" is outside its bounds.',
    cause: 'More seasons than the simulation knows, or a seed that is no whole number.',
    next: 'See "hoopduck sample --help".',
    exit: [2],
  },
  NOTIFY_UNSET: {
    means: '"hoopduck notify --test" has nobody to tell.',
    cause: 'No "notify:" in hoopduck.yaml.',
    next: 'Name a webhook under "notify" (docs/nightly.md).',
    exit: [2],
  },
  NOTIFY_UNTOLD: {
    means:
      'A webhook did not take what it was sent. Of a run this is a warning, of "hoopduck notify --test" an error.',
    cause:
      'A wrong address, a variable of the environment that is not set, or a server that is down.',
    next: 'See what came back, correct "notify" in hoopduck.yaml or the variable, and try again.',
    exit: [1],
  },
  INTERRUPTED: {
    means: 'The command was stopped by Ctrl-C or by a signal.',
    cause: 'Somebody, a scheduler or a container that went away.',
    next: 'Run the same command again: what was finished is kept, and it goes on from there.',
    exit: [130],
  },
  INTERNAL: {
    means: 'Something happened that hoopduck does not expect: a bug.',
    cause: 'A fault of the program, or of a machine in trouble (no memory, no disk).',
    next: 'Run it again with "--debug" for the stack trace, and report it.',
    exit: [1],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
