import type { Replica } from '../../replica/replica.ts';
import { type TableInput, trainingInput } from '../input-digest.ts';
import type { StoredManifest } from '../manifest.ts';
import type { FeatureFile } from '../predictor.ts';
import { PLAYER_BOX } from '../training-rows.ts';
import type { ChangedDates, ModelCheck } from './verdict.ts';

const SHOWN_DATES = 3;

/**
 * The partitions that the model was trained on against those of the ledger now, table by table, and
 * the SQL that built the tables. Other SQL is a warning: where it matters the partitions differ, too.
 */
export async function checkInputs(
  replica: Replica,
  manifest: StoredManifest,
  { table: featureTable }: FeatureFile,
): Promise<ModelCheck[]> {
  const { train_from: from, to } = manifest.split;
  const exclude = manifest.rows.excluded_dates;
  const twoStages = PLAYER_BOX in manifest.inputs;
  const absent: string[] = [];
  for (const table of Object.keys(manifest.inputs)) {
    if (!(await replica.hasTable(table))) absent.push(table);
  }
  if (absent.length > 0) {
    return absent.map((table) => inputCheck(table, 'fail', 'the table is not in the replica'));
  }
  const now = await trainingInput(replica, { featureTable, from, to, exclude, twoStages }, null);
  return [
    ...Object.entries(manifest.inputs).map(([table, then]) =>
      checkTable(table, then, now.tables[table]),
    ),
    checkSql(manifest.sql, now.sql),
  ];
}

/** How a table's partitions differ: by date, the recorded ones against those of now. */
export function changedDates(
  then: TableInput['partitions'],
  now: TableInput['partitions'],
): ChangedDates {
  const dates = Object.keys(then).sort();
  return {
    restated: dates.filter((date) => now[date] !== undefined && now[date] !== then[date]),
    gone: dates.filter((date) => now[date] === undefined),
    added: Object.keys(now)
      .filter((date) => then[date] === undefined)
      .sort(),
  };
}

function checkTable(table: string, then: TableInput, now: TableInput | undefined): ModelCheck {
  const dates = changedDates(then.partitions, now?.partitions ?? {});
  const changed = Object.entries(dates).filter(([, list]) => list.length > 0);
  const whole = Object.keys(then.partitions).length;
  if (changed.length === 0) return inputCheck(table, 'pass', `${whole} partitions as trained on`);
  const words = changed.map(([how, list]) => `${list.length} ${how} (${shownDates(list)})`);
  return { ...inputCheck(table, 'fail', `of ${whole} partitions ${words.join(', ')}`), dates };
}

function checkSql(then: StoredManifest['sql'], now: StoredManifest['sql']): ModelCheck {
  const changed = changedSql(then, now);
  return {
    ...{ check: 'sql', subject: 'tables' },
    ...(changed.length === 0
      ? { verdict: 'pass', detail: `${Object.keys(then).length} tables are built by the same SQL` }
      : { verdict: 'warn', detail: `other SQL builds ${changed.join(', ')}` }),
  };
}

/** Tables that another SQL text builds, or that only one side has. */
export function changedSql(a: StoredManifest['sql'], b: StoredManifest['sql']): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.filter((name) => a[name] !== b[name]);
}

function shownDates(dates: readonly string[]): string {
  const more = dates.length - SHOWN_DATES;
  return `${dates.slice(0, SHOWN_DATES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function inputCheck(subject: string, verdict: ModelCheck['verdict'], detail: string): ModelCheck {
  return { check: 'input', subject, verdict, detail };
}
