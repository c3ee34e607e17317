import { join } from 'node:path';
import { onceInTestRun } from '../../pipeline/support/once.ts';
import { Starts } from './scenarios.ts';

/** The starts of few scenarios, made once a test run, for commands that run in `workspace`. */
export async function fewStarts(workspace: string): Promise<Starts> {
  const folder = await onceInTestRun('fault-starts', (aside) =>
    new Starts(aside, join(aside, 'workspace')).makeFew(),
  );
  return new Starts(folder, workspace);
}
