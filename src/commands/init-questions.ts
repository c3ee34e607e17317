import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Prompt } from '../console/prompt.ts';
import { HoopduckError } from '../errors.ts';

/** What `init` was not told on the command line. */
export interface InitAnswers {
  readonly warehouse: string;
  /** undefined: nowhere yet. */
  readonly pushTo: string | undefined;
}

/** Answers that mean none. */
const NONE = /^(none|no|-)$/i;

/**
 * Asks where the raw tables are and where push shall write. `check` throws a HoopduckError for an answer that will not
 * do; it is shown, and the question comes again.
 */
export async function askLocations(
  prompt: Prompt,
  cwd: string,
  check: (option: '--warehouse' | '--push-to', text: string) => void,
): Promise<InitAnswers> {
  prompt.say('Where are the raw tables? A folder that holds nba_raw/<table>/*.parquet,');
  prompt.say('gs://bucket/prefix, or bigquery://project/dataset-prefix.');
  const near = existsSync(join(cwd, 'warehouse', 'nba_raw')) ? './warehouse' : '';
  const warehouse = await untilGood(prompt, 'Warehouse:', near, (text) => {
    if (text === '') return 'A folder or a location is needed; Ctrl-C leaves.';
    return complaint(() => check('--warehouse', text));
  });
  prompt.say('Where shall "hoopduck push" write? A folder is made at the first push.');
  const pushTo = await untilGood(prompt, 'Push to:', 'none', (text) =>
    NONE.test(text) ? undefined : complaint(() => check('--push-to', text)),
  );
  return { warehouse, pushTo: NONE.test(pushTo) ? undefined : pushTo };
}

async function untilGood(
  prompt: Prompt,
  question: string,
  fallback: string,
  fault: (text: string) => string | undefined,
): Promise<string> {
  for (;;) {
    const answer = await prompt.ask(question, fallback);
    const wrong = fault(answer);
    if (wrong === undefined) return answer;
    prompt.say(wrong);
  }
}

function complaint(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof HoopduckError) return error.message;
    throw error;
  }
}
