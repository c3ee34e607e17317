import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { PREDICTION_TABLE } from './tables.ts';

const MODEL_COLUMN = 'ml_model_id';

/**
 * Dates whose predictions come from a model that may not go to production, with the reason: one that
 * was forced past red gates or a leak alarm, is not evaluated, or is not better than the last 10 games on the
 * same rows (SPEC 5).
 */
export async function refusedByModel(replica: Replica): Promise<Map<string, string>> {
  const columns = await replica.columnsOf(PREDICTION_TABLE);
  if (!columns.some((column) => column.name === MODEL_COLUMN)) return new Map();
  const models = await replica.rows<{ id: string; status: string; training: string }>(
    'SELECT model_id AS id, status, training FROM hoopduck.model ORDER BY trained_at',
  );
  const faults = new Map(models.map((model) => [model.id, faultOf(model)]));
  const used = await replica.rows<{ date: string; id: string | null }>(
    `SELECT DISTINCT CAST(game_date AS VARCHAR) AS date, ${quoteIdentifier(MODEL_COLUMN)} AS id
     FROM ${quoteTable(PREDICTION_TABLE)} ORDER BY ALL`,
  );
  const refused = new Map<string, string>();
  for (const { date, id } of used) {
    const fault =
      id !== null && faults.has(id) ? faults.get(id) : `model "${id ?? ''}" is not on record`;
    if (fault !== undefined) refused.set(date, fault);
  }
  return refused;
}

function faultOf(model: { id: string; status: string; training: string }): string | undefined {
  const report = JSON.parse(model.training) as {
    test?: { compared?: { model_mae?: unknown; last_10_mae?: unknown } };
  };
  const own = report.test?.compared?.model_mae;
  const trivial = report.test?.compared?.last_10_mae;
  if (model.status === 'not_evaluated' || typeof own !== 'number' || typeof trivial !== 'number') {
    return `model "${model.id}" is not evaluated`;
  }
  if (model.status === 'forced') {
    return `model "${model.id}" was forced past red gates or a leak alarm`;
  }
  if (own < trivial) return undefined;
  return `model "${model.id}" is not better than last 10 on the same rows (MAE ${own.toFixed(3)} against ${trivial.toFixed(3)})`;
}
