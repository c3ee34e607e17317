import type { StageContext } from '../context.ts';
import { bind } from '../transforms/build.ts';
import { forgetTable } from '../transforms/forget-build.ts';
import { loadGraph } from '../transforms/graph.ts';
import { ADDED_COLUMNS, isPublished, modelColumns } from '../transforms/model-table.ts';
import { FIRST_DATE } from '../transforms/stale.ts';
import type { AreaResult, Finding } from './finding.ts';

/**
 * Compares the columns of every computed table with those that its model selects, by name, type and order. Models whose
 * SQL is not what built the table are left to transform. A repair drops the table and forgets its build.
 */
export async function verifyTables(ctx: StageContext): Promise<AreaResult> {
  const { replica, config } = ctx;
  const builds = new Map(
    (
      await replica.rows<{ name: string; sql: string }>(
        'SELECT table_name AS name, sql_digest AS sql FROM hoopduck.model_build',
      )
    ).map(({ name, sql }) => [name, sql]),
  );
  const findings: Finding[] = [];
  const off: string[] = [];
  const models = loadGraph(config).models.filter(
    ({ name, sqlDigest }) => builds.get(name) === sqlDigest,
  );
  for (const model of models) {
    const held = await replica.columnsOf(model.name);
    // Columns are the same for any dates.
    const { sql, bindings } = bind(model, { from: FIRST_DATE, to: FIRST_DATE });
    const selected = await modelColumns(replica, model, sql, bindings).catch(() => undefined);
    // A model whose inputs lack a column cannot be asked: what is wrong with them is a finding of theirs.
    if (selected === undefined) continue;
    const wanted = isPublished(model) ? [...selected, ...ADDED_COLUMNS] : selected;
    const found = difference(held, wanted);
    if (found === undefined) continue;
    off.push(model.name);
    findings.push({
      area: 'table',
      subject: model.name,
      found,
      next: '"hoopduck run" builds it anew after "hoopduck verify --repair".',
      repaired: null,
    });
  }
  return {
    area: 'table',
    checked: models.length,
    findings,
    skipped: null,
    repair: async () => {
      for (const name of off) await forgetTable(replica, name);
      for (const finding of findings) finding.repaired = true;
    },
  };
}

interface Named {
  readonly name: string;
  readonly type: string;
}

/** The first difference between columns in words; undefined: none. */
function difference(held: readonly Named[], wanted: readonly Named[]): string | undefined {
  if (held.length === 0) return 'the table is not there';
  for (const [i, { name, type }] of wanted.entries()) {
    const here = held[i];
    if (here === undefined) return `its column "${name}" is not there`;
    if (here.name !== name) return `its column ${i + 1} is "${here.name}", "${name}" was wanted`;
    if (here.type !== type) {
      return `its column "${name}" has the type ${here.type}, ${type} was wanted`;
    }
  }
  const more = held[wanted.length];
  return more === undefined ? undefined : `its column "${more.name}" is none of the model's`;
}
