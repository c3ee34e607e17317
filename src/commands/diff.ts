import type { Difference } from '../compare/result.ts';
import type { Config } from '../config/config.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { count, plural } from '../format.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { diffText } from './diff-text.ts';
import { checkRange } from './options.ts';

interface DiffOptions {
  readonly a: string;
  readonly b: string;
  readonly table?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly tolerance?: number;
  readonly ignore?: readonly string[];
  readonly examples?: number;
}

const EXAMPLES = 3;

/** Compares two sides down to rows and columns; exit 1 when they differ. */
export async function execute(options: DiffOptions, env: CommandEnvironment): Promise<Outcome> {
  checkRange(options, 'diff');
  const { a, b, from, to, tolerance = 0, ignore = [], examples = EXAMPLES } = options;
  const config = await workspaceIfAny(env);
  const started = performance.now();
  const { diff } = await import('../pipeline/diff.ts');
  const difference = await diff({
    a,
    b,
    tables: options.table ?? [],
    range: { from, to },
    tolerance,
    ignore,
    examples,
    cwd: env.cwd,
    config,
    report: env.report,
    signal: env.signal,
  });
  const seconds = (performance.now() - started) / 1000;
  const { a: sideA, b: sideB, ...facts } = difference;
  const json = {
    a: { side: a, location: sideA },
    b: { side: b, location: sideB },
    from: from ?? null,
    to: to ?? null,
    tolerance,
    ignore,
    seconds,
    ...facts,
  };
  const text = diffText(difference, { a, b, seconds });
  if (difference.equal) return { exitCode: EXIT.done, json, text };
  return {
    exitCode: EXIT.failed,
    json,
    text,
    failure: {
      code: 'DIFFERENT',
      message: `"${a}" and "${b}" differ in ${howMany(difference)}.`,
      next: 'Look at one of them with --table and more --examples; --tolerance and --ignore leave out what does not matter.',
    },
  };
}

function howMany({ tables }: Difference): string {
  const differing = tables.filter(({ equal }) => !equal);
  return differing.length === 1
    ? `"${differing[0]!.table}"`
    : `${count(differing.length)} of ${plural(tables.length, 'table')}`;
}

/** Two paths can be compared anywhere; a workspace that was named must be there. */
async function workspaceIfAny(env: CommandEnvironment): Promise<Config | null> {
  try {
    return await env.config();
  } catch (error) {
    const isAbsent = error instanceof HoopduckError && error.code === 'WORKSPACE_MISSING';
    if (isAbsent && env.workspaceFlag === undefined) return null;
    throw error;
  }
}
