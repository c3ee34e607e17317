import type { CommandGroup } from '../command.ts';
import { nonEmptyOption } from '../options.ts';

/** The heading of these in the help of the group. */
const COMMANDS = 'Commands:';

const MODEL = { name: '<model>', description: 'an id, champion or candidate' };

/** The commands of the model registry. */
export const MODELS: CommandGroup = {
  name: 'models',
  group: 'Look:',
  summary: 'the model registry: list, show, diff, verify, promote',
  example: 'hoopduck models list',
  commands: [
    {
      name: 'models list',
      group: COMMANDS,
      summary: 'every model, the newest first, with its figures and its names',
      example: 'hoopduck models list',
      load: () => import('./list.ts'),
    },
    {
      name: 'models show',
      group: COMMANDS,
      summary: 'the card of a model',
      arguments: [MODEL],
      example: 'hoopduck models show champion',
      load: () => import('./show.ts'),
    },
    {
      name: 'models diff',
      group: COMMANDS,
      summary: 'how two models differ: parameters, features, inputs, SQL and figures',
      arguments: [
        { name: '<a>', description: MODEL.description },
        { name: '<b>', description: 'the same for the other' },
      ],
      example: 'hoopduck models diff champion candidate',
      load: () => import('./diff.ts'),
    },
    {
      name: 'models verify',
      group: COMMANDS,
      summary: 'check files, parity, input digests and test predictions against what was recorded',
      arguments: [MODEL],
      example: 'hoopduck models verify candidate',
      load: () => import('./verify.ts'),
    },
    {
      name: 'models promote',
      group: COMMANDS,
      summary: 'make a model the champion, if it verifies and is better on the same rows',
      arguments: [MODEL],
      options: [
        {
          flags: '--force',
          description: 'promote what is not better or whose data moved; needs --reason',
        },
        {
          flags: '--reason <text>',
          description: 'why a refusal is passed; kept on record',
          parse: nonEmptyOption,
        },
      ],
      example: 'hoopduck models promote candidate',
      load: () => import('./promote.ts'),
    },
  ],
};
