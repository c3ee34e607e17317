/** A block of a page that is run: its script, and what it shall print. */
export interface Step {
  /** Line of the page on which the script begins. */
  readonly line: number;
  readonly script: string;
  /** null: what it prints is not said. */
  readonly expected: string | null;
}

/** The ```sh blocks of a page with the ```text blocks that follow them; the form is explained in docs/tutorial.md. */
export function readSteps(page: string): Step[] {
  const steps: Step[] = [];
  const block = /(<!-- not run[^\n]*-->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;
  let open: { line: number; script: string } | null = null;
  const close = (expected: string | null) => {
    if (open !== null) steps.push({ ...open, expected });
    open = null;
  };
  for (const match of page.matchAll(block)) {
    const [, notRun, language, text] = match;
    if (language === 'sh') {
      close(null);
      if (notRun !== undefined) continue;
      open = { line: page.slice(0, match.index).split('\n').length + 1, script: text! };
    } else if (language === 'text') {
      close(text!);
    }
  }
  close(null);
  return steps;
}

const RUN_OR_MODEL = /\b\d{8}T\d{6}Z-[0-9a-f]{4}\b|\bpoints-[0-9a-f]{12}\b/g;
const PROGRESS = /^[a-z][\w.: -]*: [\d,]+ of [\d,]+(?: in .*| \(.*)?$/;

/** What a script printed, without lines of progress. */
export function withoutProgress(text: string): string {
  return text
    .split('\n')
    .filter((line) => !PROGRESS.test(line))
    .join('\n');
}

/** A line with a word in the place of each id, time, duration and size, so that two runs have the same. */
export function stable(line: string): string {
  return line
    .replaceAll(RUN_OR_MODEL, '<id>')
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?\b/g, '<time>')
    .replaceAll(/\b(?:\d+ min(?: \d+ s)?|\d+(?:\.\d+)? s)\b/g, '<duration>')
    .replaceAll(/\b\d+(?:\.\d+)? [kMG]?B\b/g, '<size>')
    .replaceAll(/ {2,}/g, '  ')
    .trimEnd();
}

/** The ids of a text in their order. */
export function idsOf(text: string): string[] {
  return text.match(RUN_OR_MODEL) ?? [];
}

/**
 * Pairs the lines of what was expected with those that were found; a line `...` stands for any lines.
 * @returns the pairs, and the first expected line that was not found where it should be (null: all were)
 */
export function matchLines(
  expected: string,
  found: string,
): { pairs: [string, string][]; missing: string | null } {
  const wanted = expected.replace(/\n$/, '').split('\n');
  const lines = found.replace(/\n+$/, '').split('\n');
  const pairs: [string, string][] = [];
  let at = 0;
  let anywhere = false;
  for (const line of wanted) {
    if (line === '...') {
      anywhere = true;
      continue;
    }
    const is = (candidate: string) => stable(candidate) === stable(line);
    const place = anywhere ? lines.findIndex((candidate, i) => i >= at && is(candidate)) : at;
    if (place === -1 || place >= lines.length || !is(lines[place]!))
      return { pairs, missing: line };
    pairs.push([line, lines[place]!]);
    at = place + 1;
    anywhere = false;
  }
  const rest = anywhere || at === lines.length;
  return { pairs, missing: rest ? null : `(nothing more; found: ${lines[at]})` };
}
