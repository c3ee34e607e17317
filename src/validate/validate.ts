import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { createCalendar } from './calendar.ts';
import { fingerprintOf, knownSummary, rememberSummary, rulesDigest } from './fingerprint.ts';
import { createResults, openGates } from './gates.ts';
import { keepDates, keptDatesSql } from './kept-dates.ts';
import { updateProductionReady } from './production-ready.ts';
import { readThresholds } from './read-thresholds.ts';
import { type GateSummary, replaceResults, summarise } from './results.ts';
import { runChecks } from './run-checks.ts';

/** What is asked of an evaluation of the gates. */
export interface ValidateSpan {
  /** First and last date, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  /**
   * Tables that are as the last evaluation of this range and these thresholds saw them are not looked at, even where
   * something was red; without it what is red is looked at again.
   */
  readonly onlyIfChanged?: boolean;
  /** Look at every date, whatever the ledger says: rows that were changed behind its back are seen. */
  readonly refresh?: boolean;
}

/**
 * Evaluates the gates of SPEC section 5 over the dates `from` to `to`, both included, and puts every
 * verdict with its denominator into the ledger. Date checks judge the dates of the range; season and
 * overall shares judge all rows that the replica holds of the season, or at all, so that a later look
 * at one good night cannot hide a bad one. Dates of which neither a digest in the ledger nor the number of rows in
 * a table is another than when they were last judged, and that were not red, keep their verdicts. A red
 * check is a value of the result, not an exception.
 * @throws HoopduckError NOTHING_TO_VALIDATE, or what is wrong with the file of thresholds (exit 2).
 */
export async function validateStage(
  context: StageContext,
  span: ValidateSpan,
): Promise<GateSummary & { readonly unchanged: boolean }> {
  const { replica, report, config } = context;
  const thresholds = readThresholds(config.gates.thresholds);
  const rules = await rulesDigest(replica, thresholds);
  const gates = openGates(replica, { from: span.from, to: span.to });
  await createCalendar(gates, span.refresh === true ? undefined : keptDatesSql(rules));
  const fingerprint = await fingerprintOf(gates, rules);
  const known = span.refresh === true ? undefined : await knownSummary(replica, fingerprint);
  if (known !== undefined && (span.onlyIfChanged === true || known.fail === 0)) {
    return { ...known, unchanged: true };
  }
  if (context.signal.aborted) {
    throw new HoopduckError('INTERRUPTED', 'Interrupted before the gates were evaluated.', {
      next: 'Run the same command again.',
      exitCode: EXIT.interrupted,
    });
  }
  await createResults(replica);
  await runChecks(gates, thresholds, (kind, done, total) =>
    report.progress(`validate ${kind}`, done, total),
  );
  const summary = await replica.transaction(async () => {
    await replaceResults(gates, { runId: context.runId, at: context.now() });
    await updateProductionReady(gates);
    const found = await summarise(gates);
    await rememberSummary(replica, fingerprint, found);
    await keepDates(gates, rules);
    return found;
  });
  return { ...summary, unchanged: false };
}
