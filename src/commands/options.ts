import type { Config } from '../config/config.ts';
import { isIsoDate } from '../config/dates.ts';
import { seasonLabel } from '../config/seasons.ts';
import { splitShares } from '../config/split.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { likelyDate } from './likely-date.ts';

/** The failure of a command line: exit 2, with the help of the command as the next step. */
export function usageError(message: string, command?: string): HoopduckError {
  return new HoopduckError('USAGE', message, {
    next: `See "hoopduck ${command === undefined ? '' : `${command} `}--help".`,
    exitCode: EXIT.usage,
  });
}

/** A calendar date, `YYYY-MM-DD`. */
export function dateOption(text: string, option: string): string {
  if (isIsoDate(text)) return text;
  const likely = likelyDate(text, new Date(), option === '--to' ? 'last' : 'first');
  throw usageError(
    `The option "${option}" is "${text}"; a calendar date YYYY-MM-DD was wanted${
      likely === undefined ? ', such as 2024-10-22.' : `. Did you mean "${likely}"?`
    }`,
  );
}

/** The dates that were asked for as options of another command, with a space before each; empty: none. */
export function rangeText({
  from,
  to,
}: {
  from?: string | undefined;
  to?: string | undefined;
}): string {
  return `${from === undefined ? '' : ` --from ${from}`}${to === undefined ? '' : ` --to ${to}`}`;
}

/** A season, `2018-19`, as its season year. */
export function seasonOption(text: string, option: string): number {
  const year = Number(text.slice(0, 4));
  if (/^\d{4}-\d{2}$/.test(text) && seasonLabel(year) === text) return year;
  // Of `2018`, `2018/19` and `2018-2019` the year is clear.
  const likely = /^(19|20)\d{2}([-/](\d{2}){1,2})?$/.test(text) ? seasonLabel(year) : undefined;
  throw usageError(
    `The option "${option}" is "${text}"; a season was wanted${
      likely === undefined ? ', such as 2018-19.' : `. Did you mean "${likely}"?`
    }`,
  );
}

/** A whole number from 0 up. */
export function countOption(text: string, option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`The option "${option}" is "${text}"; a whole number was wanted.`);
}

/** How many threads: 1 to 1024. */
export function threadsOption(text: string, option: string): number {
  const threads = countOption(text, option);
  if (threads >= 1 && threads <= 1024) return threads;
  throw usageError(`The option "${option}" is "${text}"; 1 to 1024 was wanted.`);
}

/** A text that is not empty. */
export function nonEmptyOption(text: string, option: string): string {
  if (text.trim() !== '') return text;
  throw usageError(`The option "${option}" is empty.`);
}

/** Three shares in percent, `70/15/15`. */
export function splitOption(text: string, option: string): [number, number, number] {
  const shares = splitShares(text);
  if (shares !== undefined) return shares;
  throw usageError(
    `The option "${option}" is "${text}"; three shares above 0 that sum to 100 were wanted, such as 70/15/15.`,
  );
}

/** `default` or `seed-21`. */
export function featuresOption(text: string, option: string): string {
  return oneOf(text, option, ['default', 'seed-21']);
}

/** `auto`, `native` or `wasm`. */
export function engineOption(text: string, option: string): string {
  return oneOf(text, option, ['auto', 'native', 'wasm']);
}

/** `duckdb` or `bigquery`. */
export function sqlEngineOption(text: string, option: string): string {
  return oneOf(text, option, ['duckdb', 'bigquery']);
}

/** Refuses a range whose end lies before its start. */
export function checkRange(range: { from?: string; to?: string }, command: string): void {
  if (range.from !== undefined && range.to !== undefined && range.to < range.from) {
    throw usageError(
      `The option "--to" is "${range.to}", before "--from", which is "${range.from}".`,
      command,
    );
  }
}

/** The configuration with `--keep-inputs` or `--no-keep-inputs` in the place of `inputs.keep`, where one was given. */
export function withKeepInputs<T extends { readonly config: Config }>(
  ctx: T,
  keep: boolean | undefined,
): T {
  if (keep === undefined) return ctx;
  return { ...ctx, config: { ...ctx.config, inputs: { ...ctx.config.inputs, keep } } };
}

/** `--force` and `--reason` belong together; undefined when neither was given. */
export function forceOption(
  options: { force?: boolean; reason?: string },
  command: string,
): { reason: string } | undefined {
  if (options.force === true && options.reason !== undefined) return { reason: options.reason };
  if (options.force === true) {
    throw usageError(
      'The option "--force" needs a reason: --reason "...", which the ledger keeps.',
      command,
    );
  }
  if (options.reason !== undefined) {
    throw usageError(
      'The option "--reason" was given without "--force", which it explains.',
      command,
    );
  }
  return undefined;
}

function oneOf(text: string, option: string, names: readonly string[]): string {
  if (names.includes(text)) return text;
  throw usageError(
    `The option "${option}" is "${text}"; one of ${names.map((name) => `"${name}"`).join(', ')} was wanted.`,
  );
}
