import type { ErrorEntry } from './entry.ts';

/** Backups of the workspace, restoring them, and verifying what is there. */
export const BACKUP = {
  BACKUP_DAMAGED: {
    means: 'A backup is not what was saved: a file, a digest or its manifest differs.',
    cause: 'A disk or a copy at fault, or a file that somebody changed.',
    next: 'Take another backup; "hoopduck backup --list" names them. Nothing was changed.',
    exit: [4],
  },
  BACKUP_PLACE: {
    means:
      'Backups cannot be kept where they shall be: the place is part of the workspace that they hold.',
    cause: 'A "backup: path:" or "--to" inside "models" or "data", or above the workspace.',
    next: 'Name a folder of its own for them, best on another disk.',
    exit: [2],
  },
  BACKUP_NOT_CHECKED: {
    means: 'The place for backups holds none that could be checked.',
    cause: 'No backup was made yet, or the place is another one.',
    next: 'Run "hoopduck backup" first.',
    exit: [1],
  },
  RESTORE_REFUSED: {
    means: 'A restore would replace what is there.',
    cause: 'A folder that is not empty, or a workspace in use, without "--replace".',
    next: 'Restore into a new folder with "--into", or say "--replace"; a backup of what is there is made first.',
    exit: [4],
  },
  NOT_VERIFIED: {
    means: '"hoopduck verify" found something that is not as it is on record.',
    cause: 'What it prints: a damaged disk, a file changed by hand, or a fault of hoopduck.',
    next: 'Run "hoopduck verify --repair"; for what that cannot mend, "hoopduck restore".',
    exit: [1],
  },
} as const satisfies Record<string, ErrorEntry>;
