import { BACKUP } from './backup.ts';
import { COMMAND_LINE } from './command-line.ts';
import type { ErrorEntry } from './entry.ts';
import { LOOK } from './look.ts';
import { PUSH } from './push.ts';
import { REPLICA } from './replica.ts';
import { TRAINING } from './training.ts';
import { TRANSFORM_AND_GATES } from './transform-and-gates.ts';
import { WAREHOUSE } from './warehouse.ts';

/** Every code under the heading that docs/errors.md gives it; what it means stands nowhere else. */
export const ERROR_GROUPS = {
  'Command line and workspace': COMMAND_LINE,
  'The replica': REPLICA,
  'Reading the warehouse': WAREHOUSE,
  'Models in SQL, and gates': TRANSFORM_AND_GATES,
  'Training, models and predictions': TRAINING,
  Push: PUSH,
  'Comparing and reproducing': LOOK,
  'Backup, restore and verify': BACKUP,
} as const;

type Groups = (typeof ERROR_GROUPS)[keyof typeof ERROR_GROUPS];
type KeysOf<Group> = Group extends unknown ? keyof Group : never;

/** The codes that an error may carry: one that is not in the catalogue does not compile. */
export type ErrorCode = KeysOf<Groups>;

/** What the catalogue says of each code, in the order of docs/errors.md. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ...COMMAND_LINE,
  ...REPLICA,
  ...WAREHOUSE,
  ...TRANSFORM_AND_GATES,
  ...TRAINING,
  ...PUSH,
  ...LOOK,
  ...BACKUP,
};
