import { type ErrorCode, EXIT, HoopduckError } from '../errors.ts';
import type { RunFacts } from '../pipeline/run-facts.ts';
import type { Replica } from '../replica/replica.ts';

/** A run that is on record. */
export interface RecordedRun {
  readonly id: string;
  /** The number of its record: digests up to it are those of its end. */
  readonly number: number;
  /** `2026-11-27 06:15:00`, UTC. */
  readonly startedAt: string;
  readonly facts: RunFacts;
}

/** Runs that are named when the one that was meant is not clear. */
const NAMED = 5;

/** Names the newest run. */
const LAST = 'last';

/**
 * The run that a person means by its id, by the beginning of one, or by `last`.
 * @throws HoopduckError RUN_UNKNOWN, RUN_AMBIGUOUS, RUN_NOT_RECORDED (exit 2) with the runs that there are
 */
export async function findRecordedRun(replica: Replica, text: string): Promise<RecordedRun> {
  const all = await runsOf(replica);
  const recorded = all.filter(({ number }) => number !== null);
  if (text === LAST && recorded.length > 0) return read(replica, recorded.at(-1)!);
  const exact = all.filter(({ id }) => id === text);
  const begin = all.filter(({ id }) => id.startsWith(text));
  const beginRecorded = begin.filter(({ number }) => number !== null);
  const found = [exact, beginRecorded, begin].find(({ length }) => length > 0) ?? [];
  const known = suggestion(recorded);
  if (found.length === 0) {
    throw refused('RUN_UNKNOWN', `There is no run "${text}" in "${replica.path}"; ${known}.`);
  }
  if (found.length > 1) {
    throw refused(
      'RUN_AMBIGUOUS',
      `"${text}" is the beginning of ${found.length} runs of "${replica.path}"; ${known}.`,
    );
  }
  const [run] = found;
  if (run!.number === null) {
    throw refused(
      'RUN_NOT_RECORDED',
      `Run "${run!.id}" (${run!.command}${run!.ended ? '' : ', which did not end'}) is not on record as a whole run; ${known}.`,
    );
  }
  return read(replica, run!);
}

interface ListedRun {
  readonly id: string;
  readonly command: string;
  readonly started: string;
  readonly ended: boolean;
  readonly number: number | null;
}

async function runsOf(replica: Replica): Promise<ListedRun[]> {
  // A replica that an older hoopduck wrote last is only read here: it has no records yet.
  const hasRecords = (await replica.columnsOf('hoopduck.run_record')).length > 0;
  const records = hasRecords ? 'hoopduck.run_record' : '(SELECT NULL AS run_id, NULL AS number)';
  return replica.rows<ListedRun>(
    `SELECT r.run_id AS id, r.command, strftime(r.started_at, '%Y-%m-%d %H:%M:%S') AS started,
       r.finished_at IS NOT NULL AS ended, f.number
     FROM hoopduck.run AS r LEFT JOIN ${records} AS f USING (run_id) ORDER BY r.started_at, r.run_id`,
  );
}

async function read(replica: Replica, run: ListedRun): Promise<RecordedRun> {
  const [facts] = await replica.column<string>(
    'SELECT facts FROM hoopduck.run_record WHERE number = $number',
    { number: run.number! },
  );
  return {
    id: run.id,
    number: run.number!,
    startedAt: run.started,
    facts: JSON.parse(facts!) as RunFacts,
  };
}

function suggestion(recorded: readonly ListedRun[]): string {
  if (recorded.length === 0) return 'no whole run is on record yet';
  const newest = recorded.slice(-NAMED).reverse();
  const named = newest.map(({ id, started }) => `"${id}" (${started.slice(0, 16)})`).join(', ');
  return `${newest.length === 1 ? 'the one on record is' : 'the newest on record are'} ${named}`;
}

function refused(code: ErrorCode, message: string): HoopduckError {
  return new HoopduckError(code, message, {
    next: 'Name a whole run by its id, by a beginning that no other has, or "last"; "hoopduck run" puts one on record.',
    exitCode: EXIT.usage,
  });
}
