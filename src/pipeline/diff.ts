import { compareSides } from '../compare/compare.ts';
import { CompareEngine } from '../compare/engine.ts';
import { openSide } from '../compare/open-side.ts';
import type { CompareRules } from '../compare/request.ts';
import type { Difference } from '../compare/result.ts';
import type { Side } from '../compare/side.ts';
import type { Config } from '../config/config.ts';
import { DEFAULTS } from '../config/defaults.ts';
import type { Reporter } from '../context.ts';
import { tableKeys } from './table-keys.ts';

/** What is compared with what, and how. */
export interface DiffRequest extends CompareRules {
  /** Sides as a person names them. */
  readonly a: string;
  readonly b: string;
  /** Tables and datasets; empty: every raw and computed table that both sides have. */
  readonly tables: readonly string[];
  /** Paths are relative to it. */
  readonly cwd: string;
  /** The workspace; null: there is none here. */
  readonly config: Config | null;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Compares two sides by the keys that models, raw tables and predictions have. Nothing is written to either.
 * @throws HoopduckError SIDE_UNKNOWN and others of exit 2 for what cannot be compared, those of exit 3 when
 * a warehouse fails, REPLICA_LOCKED (exit 4)
 */
export async function diff(request: DiffRequest): Promise<Difference> {
  const { a, b, tables, cwd, config, range, report, signal } = request;
  const keyOf = tableKeys(config);
  const engine = await CompareEngine.open(config?.replica ?? DEFAULTS.replica);
  const sides: Side[] = [];
  try {
    const context = {
      engine,
      cwd,
      config,
      keyOf,
      range,
      asked: tables,
      signal,
      warn: (text: string) => report.warn(text),
    };
    for (const text of [a, b]) sides.push(await openSide(text, context));
    return await compareSides(engine, {
      ...request,
      a: sides[0]!,
      b: sides[1]!,
      keyOf,
      asked: tables,
      progress: (done, total) => report.progress('compare tables', done, total),
    });
  } finally {
    for (const side of sides) await side.close();
    engine.close();
  }
}
