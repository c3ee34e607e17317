import type { ErrorEntry } from './entry.ts';

/** Backups of the workspace, restoring them, and verifying what is there. */
export const BACKUP = {
  BACKUP_DAMAGED: {
    means: 'A backup is not what was saved: a file, a digest or its manifest differs.',
    cause: 'A disk or a copy at fault, or a file that somebody changed.',
    next: 'Take another backup; "hoopduck backup --list" names them. Nothing was changed.',
    exit: [4],
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
