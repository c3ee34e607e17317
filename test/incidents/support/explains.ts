import { expect } from 'vitest';
import type { Explanation } from '../../../src/validate/explain/explain.ts';
import { hoopduck } from './hoopduck.ts';
import type { Explained } from './page.ts';

/** What is expected of an explanation: the incident that it knows it by, and the command that it suggests first. */
interface Wanted {
  readonly verdict: Explanation['verdict'];
  readonly incident: string | null;
  /** null: nothing can or need be done. */
  readonly command: string | null;
}

/**
 * Has a verdict explained, `check[:table]` of a scope, and holds its first cause and suggestion against what is wanted. The SQL
 * that it shows must count what it says. Gives what the page tells of it.
 */
export async function explains(
  workspace: string,
  explain: string,
  scope: string,
  wanted: Wanted,
): Promise<Explained> {
  const said = await hoopduck(workspace, 'validate', { explain, scope });
  expect(said.exitCode).toBe(0);
  const { verdict, causes, suggestions, sql, rows } = said.json as unknown as Explanation;
  expect({
    verdict,
    incident: causes[0]?.incident ?? null,
    command: suggestions[0]?.command ?? null,
  }).toEqual(wanted);
  const isBad = verdict === 'fail' || verdict === 'warn';
  expect(rows.total > 0).toBe(isBad);
  if (isBad) expect(sql).not.toBeNull();
  if (wanted.command === null) expect(suggestions[0]!.text).toMatch(/^Nothing (can|need) be/);
  return {
    asked: `${explain} --scope ${scope}`,
    text: suggestions[0]!.text,
    command: wanted.command,
  };
}
