import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StageContext } from '../context.ts';
import { sweepLeftovers } from '../gc/leftovers.ts';
import { forgetBackups, type KeptBackup } from '../push/backups.ts';
import { dropInputs, INPUTS_FOLDER } from '../sync/keep-inputs.ts';
import { LocalBackups } from '../warehouse/local-backups.ts';
import type { AreaResult, Finding } from './finding.ts';

/** Looks for the files of kept inputs that the ledger promises. A repair has the ledger say that they are gone. */
export async function verifyInputs(ctx: StageContext): Promise<AreaResult> {
  const { replica, config } = ctx;
  const promised = await replica.rows<{ file: string; n: number }>(
    `SELECT file, count(*) AS n FROM hoopduck.kept_input WHERE dropped_at IS NULL GROUP BY file ORDER BY file`,
  );
  const gone = promised.filter(
    ({ file }) => !existsSync(join(config.workspace, INPUTS_FOLDER, file)),
  );
  const findings: Finding[] = gone.map(({ file, n }) => ({
    area: 'kept input',
    subject: `${INPUTS_FOLDER}/${file}`,
    found: `the file with ${n} partitions is gone`,
    next: 'Runs that stood on them cannot be reproduced any more; "hoopduck restore" puts the file back.',
    repaired: null,
  }));
  return {
    area: 'kept input',
    checked: promised.length,
    findings,
    skipped: null,
    repair: async () => {
      // The ledger does not promise it any more; the file itself only a backup has.
      await dropInputs(ctx, gone, 'the file was gone');
      for (const finding of findings) finding.repaired = false;
    },
  };
}

/** Looks for what local pushes replaced, as the journal promises it. A repair has the journal say that it is gone. */
export async function verifyBackups(ctx: StageContext): Promise<AreaResult> {
  const { replica, config } = ctx;
  const { folder } = LocalBackups.in(config.workspace);
  const promised = (
    await replica.rows<KeptBackup>(
      `SELECT push_id AS "pushId", detail AS reference FROM hoopduck.push_step
       WHERE step = 'backed up' AND detail IS NOT NULL ORDER BY ALL`,
    )
  ).filter(({ reference }) => LocalBackups.holds(reference));
  const place = (reference: string) => join(folder, reference.slice(reference.indexOf(':') + 1));
  const gone = promised.filter(({ reference }) => !existsSync(place(reference)));
  const findings: Finding[] = gone.map(({ pushId, reference }) => ({
    area: 'backup of a push',
    subject: reference,
    found: 'the file is gone',
    next: `The push ${pushId} cannot be rolled back whole any more; "hoopduck restore" puts the file back.`,
    repaired: null,
  }));
  return {
    area: 'backup of a push',
    checked: promised.length,
    findings,
    skipped: null,
    repair: async () => {
      await forgetBackups(ctx, gone);
      for (const finding of findings) finding.repaired = false;
    },
  };
}

/** Looks for what killed commands left. A repair takes it away. */
export async function verifyLeftovers(ctx: StageContext): Promise<AreaResult> {
  const sweep = sweepLeftovers(ctx);
  const findings: Finding[] = sweep.garbage.map(({ path, why }) => ({
    area: 'leftover',
    subject: path,
    found: why,
    next: '"hoopduck gc" takes it away.',
    repaired: null,
  }));
  return {
    area: 'leftover',
    checked: sweep.garbage.length,
    findings,
    skipped: null,
    repair: async () => {
      await sweep.take();
      for (const finding of findings) finding.repaired = true;
    },
  };
}
