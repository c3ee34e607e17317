import pc from 'picocolors';

/** How text for a person looks on the stream it goes to. */
export interface Style {
  /** Columns of the terminal; undefined in a pipe or a file: nothing is cut to fit. */
  readonly width: number | undefined;
  /** Whether blocks and dots beyond ASCII can be shown. */
  readonly unicode: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Builds a style; without colour every paint returns its text. */
export function createStyle(color: boolean, width?: number, unicode = false): Style {
  const { bold, dim, red, green, yellow, cyan } = pc.createColors(color);
  return { width, unicode, bold, dim, red, green, yellow, cyan };
}

/** A style for tests, files and pipes. */
export const plainStyle: Style = createStyle(false);

/**
 * Whether a stream gets colour: `--no-color` and NO_COLOR say no, FORCE_COLOR says yes, else only a
 * terminal that is not "dumb" does.
 */
export function wantsColor(
  env: Readonly<Record<string, string | undefined>>,
  flag: boolean,
  terminal: boolean,
): boolean {
  if (!flag || (env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return terminal && env['TERM'] !== 'dumb';
}

/** Whether the locale says UTF-8, as POSIX ranks its variables; a console without any letters has no blocks. */
export function wantsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['TERM'] === 'dumb' || env['TERM'] === 'linux') return false;
  if (env['WT_SESSION'] !== undefined) return true;
  const named = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  return /utf-?8/i.test(named ?? '');
}
