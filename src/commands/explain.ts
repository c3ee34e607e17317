import { didYouMean } from '../config/suggest.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { ERROR_GROUPS, ERRORS } from '../error-catalogue/catalogue.ts';
import type { ErrorEntry } from '../error-catalogue/entry.ts';
import { type ErrorCode, EXIT } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { usageError } from './options.ts';

interface ExplainOptions {
  /** As in `error[CODE]`; small letters will do. */
  readonly code?: string;
}

/** Says what the code of an error means, what it usually comes from and what to do; without one, lists all. */
export async function execute(options: ExplainOptions, env: CommandEnvironment): Promise<Outcome> {
  if (options.code === undefined) {
    const codes = Object.entries(ERRORS).map(([code, entry]) => document(code, entry));
    return { exitCode: EXIT.done, json: { codes }, text: listText };
  }
  const asked = options.code.toUpperCase().replaceAll('-', '_');
  if (!Object.hasOwn(ERRORS, asked)) {
    const meant = didYouMean(asked, Object.keys(ERRORS));
    throw usageError(`There is no error code "${options.code}".${meant}`, env.command);
  }
  const entry = ERRORS[asked as ErrorCode];
  return {
    exitCode: EXIT.done,
    json: document(asked, entry),
    text: (style) => entryText(asked, entry, style),
  };
}

function document(code: string, { means, cause, next, exit }: ErrorEntry) {
  return { code, means, cause, next, exit_codes: exit };
}

function entryText(code: string, { means, cause, next, exit }: ErrorEntry, style: Style): string {
  return [
    `${style.bold(code)} ${style.dim(`(exit ${exit.join(' or ')})`)}`,
    means,
    '',
    `${style.bold('Usual cause:')} ${cause}`,
    `${style.bold('Next step:')} ${next}`,
  ].join('\n');
}

function listText(style: Style): string {
  const columns = [{ title: 'code' }, { title: 'exit' }, { title: 'what it means' }];
  return Object.entries(ERROR_GROUPS)
    .map(([group, entries]) => {
      const rows = Object.entries<ErrorEntry>(entries).map(([code, { exit, means }]) => [
        code,
        exit.join(', '),
        means,
      ]);
      return `${style.cyan(group)}\n${table(columns, rows, style)}`;
    })
    .join('\n\n');
}
