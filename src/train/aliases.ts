import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';

/**
 * Names that a model can have in a workspace: `candidate` is what the last training gave that was not
 * forced past a gate, `champion` what was promoted.
 */
export const ALIASES = ['champion', 'candidate'] as const;

export type Alias = (typeof ALIASES)[number];

/** That a name was given to a model. The newest of a name holds, the older ones are its history. */
export interface AliasChange {
  readonly alias: Alias;
  /** Its number among the changes of the name, from 1. */
  readonly step: number;
  readonly model_id: string;
  /** ISO, UTC. */
  readonly set_at: string;
  readonly run_id: string;
  readonly reason: string;
}

/** Whether a text is the name of an alias rather than a model's id. */
export function isAlias(text: string): text is Alias {
  return (ALIASES as readonly string[]).includes(text);
}

/** Gives a name to a model; the rows of whoever had it before stay. Nothing when the model has it. */
export async function setAlias(
  replica: Replica,
  change: {
    readonly alias: Alias;
    readonly modelId: string;
    readonly runId: string;
    readonly reason: string;
    readonly at: Date;
  },
): Promise<void> {
  const { alias, modelId, runId, reason, at } = change;
  const current = await currentAliases(replica);
  if (current.get(alias)?.model_id === modelId) return;
  await replica.run(
    `INSERT INTO hoopduck.model_alias
     SELECT $alias, coalesce(max(step), 0) + 1, $modelId, CAST($at AS TIMESTAMP), $runId, $reason
     FROM hoopduck.model_alias WHERE alias = $alias`,
    { alias, modelId, at: timestampText(at), runId, reason },
  );
}

/** Who has each name now; a name that nobody has is absent. */
export async function currentAliases(replica: Replica): Promise<Map<Alias, AliasChange>> {
  const rows = await changes(replica, 'QUALIFY a.step = max(a.step) OVER (PARTITION BY a.alias)');
  return new Map(rows.map((row) => [row.alias, row]));
}

/** Every change of every name, the newest first. */
export function aliasHistory(replica: Replica): Promise<AliasChange[]> {
  return changes(replica, 'ORDER BY a.set_at DESC, a.step DESC, a.alias');
}

async function changes(replica: Replica, tail: string): Promise<AliasChange[]> {
  // A replica that is only read is not migrated, and may be older than aliases.
  if (!(await replica.hasTable('hoopduck.model_alias'))) return [];
  return replica.rows<AliasChange>(
    `SELECT alias, step, model_id, strftime(set_at, '%Y-%m-%dT%H:%M:%SZ') AS set_at, run_id, reason
     FROM hoopduck.model_alias AS a ${tail}`,
  );
}
