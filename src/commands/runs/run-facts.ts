import type { Replica } from '../../replica/replica.ts';

/** A run as the ledger knows it; times are ISO, UTC. */
export interface ListedRun {
  readonly run_id: string;
  readonly command: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly started_at: string;
  /** null: it was killed, or is under way. */
  readonly finished_at: string | null;
  readonly seconds: number | null;
  readonly exit_code: number | null;
  readonly outcome: string;
  /** The dates that it worked on: as they came out where that is on record, else as they were asked for. */
  readonly from: string | null;
  readonly to: string | null;
  readonly code_version: string;
}

const OUTCOMES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'not possible',
  3: 'warehouse failed',
  4: 'refused',
  130: 'interrupted',
};

/** How a run ended, in a word or two. */
export function outcomeOf(exitCode: number | null): string {
  if (exitCode === null) return 'did not end';
  return OUTCOMES[exitCode] ?? `exit ${exitCode}`;
}

/** Runs, the newest first; of one command, or of all. */
export async function listRuns(
  replica: Replica,
  { limit, command }: { readonly limit?: number; readonly command?: string } = {},
): Promise<ListedRun[]> {
  const rows = await replica.rows<
    Omit<ListedRun, 'arguments' | 'outcome'> & { arguments: string; facts: string | null }
  >(
    `SELECT r.run_id, r.command, r.arguments, r.code_version, r.exit_code,
       strftime(r.started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at,
       strftime(r.finished_at, '%Y-%m-%dT%H:%M:%SZ') AS finished_at,
       (epoch_ms(r.finished_at) - epoch_ms(r.started_at)) / 1000.0 AS seconds,
       json_extract_string(f.facts, '$.from') AS "from", json_extract_string(f.facts, '$.to') AS "to"
     FROM hoopduck.run AS r LEFT JOIN ${await recordsOf(replica)} AS f USING (run_id)
     WHERE $command = '' OR r.command = $command
     ORDER BY r.started_at DESC, r.run_id DESC LIMIT $limit`,
    { command: command ?? '', limit: limit ?? 1_000_000 },
  );
  return rows.map((row) => {
    const given = parsedObject(row.arguments);
    const asked = (name: string) => (typeof given[name] === 'string' ? given[name] : null);
    return {
      run_id: row.run_id,
      command: row.command,
      arguments: given,
      started_at: row.started_at,
      finished_at: row.finished_at,
      seconds: row.seconds,
      exit_code: row.exit_code,
      outcome: outcomeOf(row.exit_code),
      from: row.from ?? asked('from'),
      to: row.to ?? asked('to'),
      code_version: row.code_version,
    };
  });
}

/** The command, and what makes it another one: a dry run, a push that puts one back. */
export function kindText({
  command,
  arguments: given,
}: Pick<ListedRun, 'command' | 'arguments'>): string {
  if (given['dryRun'] === true) return `${command} --dry-run`;
  return typeof given['rollback'] === 'string' ? `${command} --rollback` : command;
}

/** A replica that an older hoopduck wrote last is only read here: it may have no records yet. */
async function recordsOf(replica: Replica): Promise<string> {
  const has = await replica.hasTable('hoopduck.run_record');
  return has ? 'hoopduck.run_record' : "(SELECT '' AS run_id, NULL::VARCHAR AS facts)";
}

/** JSON text of an object; anything else is an empty one. */
export function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
