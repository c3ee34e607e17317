import type { CommandGroup } from '../command.ts';

/** The heading of these in the help of the group. */
const COMMANDS = 'Commands:';

/** The commands of the model registry. */
export const MODELS: CommandGroup = {
  name: 'models',
  group: 'Look:',
  summary: 'the model registry',
  example: 'hoopduck models list',
  commands: [
    {
      name: 'models list',
      group: COMMANDS,
      summary: 'every model, the newest first, with its figures and its names',
      example: 'hoopduck models list',
      load: () => import('./list.ts'),
    },
  ],
};
