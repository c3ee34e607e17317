import { appendFileSync } from 'node:fs';
import { withoutSecrets } from '../../redact.ts';
import type { Outcome } from '../command.ts';
import type { Failure } from '../main.ts';
import { type Annotation, annotationLine } from './annotations.ts';
import { redText, type Summarised, summaryMarkdown } from './summary.ts';

/** GitHub shows ten annotations of a kind for each step. */
const MOST_ANNOTATIONS = 10;
/** Commands whose end is worth a summary on the page of the run. */
const SUMMARISED: readonly string[] = ['run', 'validate'];

/** What is read of the environment of a GitHub Actions step. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells GitHub Actions how a command ended: annotations for its failure and its red gates, and for `run` and
 * `validate` a summary. Outside GitHub Actions nothing happens. What cannot be told changes nothing else.
 * @param say writes a line to stderr, which the runner reads as it does stdout
 */
export function tellGithub(
  env: Environment,
  ended: {
    readonly command: string | null;
    readonly exitCode: number;
    readonly json?: Outcome['json'];
    readonly failure: Failure | null;
  },
  say: (line: string) => void,
): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  const { command, exitCode, failure } = ended;
  const facts = (ended.json ?? {}) as Summarised;
  for (const annotation of annotations(facts, failure)) {
    say(annotationLine(annotation, env['GITHUB_WORKSPACE']));
  }
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '' || command === null) return;
  if (!SUMMARISED.includes(command) && failure === null) return;
  const markdown = withoutSecrets(summaryMarkdown(command, exitCode, facts, failure));
  try {
    appendFileSync(file, markdown);
  } catch {
    // A summary is a courtesy: the step's result does not hang on it.
  }
}

function annotations({ gates }: Summarised, failure: Failure | null): Annotation[] {
  const red = gates?.red ?? [];
  const room = MOST_ANNOTATIONS - (failure === null ? 0 : 1);
  return [
    ...(failure === null
      ? []
      : [{ level: 'error', title: failure.code, message: failure.message } as const]),
    ...red
      .slice(0, room)
      .map((check) => ({ level: 'error', title: 'red gate', message: redText(check) }) as const),
  ];
}
