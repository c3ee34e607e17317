import type { CommandSpec } from './command.ts';
import { nonEmptyOption } from './options.ts';

/** The commands on a workspace as a whole: `verify`, `backup`, `restore`. */
export const BACKUP_COMMANDS = (group: string): readonly CommandSpec[] => [
  {
    name: 'verify',
    group,
    summary: 'compare everything here with its records, and repair it',
    options: [
      {
        flags: '--repair',
        description: 'take out what is off, so that the next run makes it again',
      },
      { flags: '--offline', description: 'do not look at production' },
    ],
    example: 'hoopduck verify --repair',
    load: () => import('./verify.ts'),
  },
  {
    name: 'backup',
    group,
    summary: 'copy the workspace, with a checksum of each file',
    options: [
      {
        flags: '--to <place>',
        description: 'folder or gs://bucket/prefix (default: backup of hoopduck.yaml)',
        parse: nonEmptyOption,
      },
      { flags: '--list', description: 'show the backups that are there' },
      {
        flags: '--check',
        description: 'restore the newest to a scratch place and prove its digests',
      },
      {
        flags: '--from <place>',
        description: 'with --check or --list: the place that is looked at',
        parse: nonEmptyOption,
      },
    ],
    example: 'hoopduck backup',
    load: () => import('./backup.ts'),
  },
  {
    name: 'restore',
    group,
    summary: 'put a backup back, proven by its digests',
    arguments: [
      {
        name: '[backup]',
        description: 'a backup, by its id or a beginning of it (default: the latest)',
      },
    ],
    options: [
      {
        flags: '--from <place>',
        description: 'folder or gs://bucket/prefix (default: backup of hoopduck.yaml)',
        parse: nonEmptyOption,
      },
      {
        flags: '--into <dir>',
        description: 'a new or empty folder (default: the workspace, with --replace)',
        parse: nonEmptyOption,
      },
      {
        flags: '--replace',
        description: 'take the place of what is there, after a backup of it',
      },
    ],
    example: 'hoopduck restore latest --into ../restored',
    load: () => import('./restore.ts'),
  },
];
