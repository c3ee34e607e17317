import type { CommandGroup } from '../command.ts';
import { countOption, nonEmptyOption } from '../options.ts';

const COMMANDS = 'Commands:';

/** The commands that look at past runs. */
export const RUNS: CommandGroup = {
  name: 'runs',
  group: 'Look:',
  summary: 'past runs: when, how long, how they ended; show one',
  example: 'hoopduck runs --limit 5',
  commands: [
    {
      name: 'runs list',
      group: COMMANDS,
      isDefault: true,
      summary: 'runs of every command, the newest first (what "runs" alone does)',
      options: [
        { flags: '--limit <n>', description: 'how many (default: 20)', parse: countOption },
        {
          flags: '--command <name>',
          description: 'only runs of this command, such as run',
          parse: nonEmptyOption,
        },
      ],
      example: 'hoopduck runs list --command run --limit 5',
      load: () => import('./list.ts'),
    },
    {
      name: 'runs show',
      group: COMMANDS,
      summary: 'what a run was asked, did and changed, stage by stage',
      arguments: [
        {
          name: '<run>',
          description: 'its id, a beginning or the last four letters of it; "last" for the newest',
        },
      ],
      example: 'hoopduck runs show last',
      load: () => import('./show.ts'),
    },
  ],
};
