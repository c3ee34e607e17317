import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import type { StageContext } from '../context.ts';
import { verifyBackups, verifyInputs, verifyLeftovers } from './files.ts';
import type { AreaResult, Finding, VerifyArea } from './finding.ts';
import { verifyLedger } from './ledger.ts';
import { verifyModels } from './models.ts';
import { verifyPartitions } from './partitions.ts';
import { verifyProduction } from './production.ts';
import { verifyTables } from './tables.ts';

/** What `verify` is asked for. */
export interface VerifyOptions {
  /** Mends what can be mended. */
  readonly repair: boolean;
  /** Leaves production alone. */
  readonly offline: boolean;
}

/** What was looked at, by area, and what is off. */
export interface VerifyResult {
  /** Copy of the replica as it was before a repair; null: nothing of it was repaired. */
  readonly copy: string | null;
  readonly areas: readonly {
    readonly area: VerifyArea;
    readonly checked: number;
    readonly found: number;
    readonly skipped: string | null;
  }[];
  readonly findings: readonly Finding[];
  readonly repaired: number;
}

/**
 * Holds everything that a workspace has against its own records: rows against the ledger, tables against their models,
 * artefacts against their manifests, kept files against what promises them, production against the journal.
 */
export async function verifyWorkspace(
  ctx: StageContext,
  { repair, offline }: VerifyOptions,
): Promise<VerifyResult> {
  const results: AreaResult[] = [];
  let copy: string | null = null;
  const look = async (area: Promise<AreaResult>) => {
    const result = await area;
    if (repair && result.findings.length > 0) {
      copy ??= await copyReplica(ctx);
      await result.repair?.();
    }
    results.push(result);
  };
  // The ledger first: what it has twice would be compared twice. Tables before rows: a table that is dropped has none.
  await look(verifyLedger(ctx));
  await look(verifyTables(ctx));
  await look(verifyPartitions(ctx));
  await look(verifyModels(ctx));
  await look(verifyInputs(ctx));
  await look(verifyBackups(ctx));
  await look(verifyLeftovers(ctx));
  await look(verifyProduction(ctx, offline));
  const findings = results.flatMap((result) => result.findings);
  return {
    copy,
    areas: results.map(({ area, checked, findings: found, skipped }) => {
      return { area, checked, found: found.length, skipped };
    }),
    findings,
    repaired: findings.filter(({ repaired }) => repaired === true).length,
  };
}

/** Keeps the replica as it is, beside it: what a repair takes out may be gone from the warehouse. The copy of an earlier repair goes. */
async function copyReplica({ replica }: StageContext): Promise<string | null> {
  if (replica.path === ':memory:') return null;
  await replica.run('CHECKPOINT');
  const copy = `${replica.path}.before-repair`;
  await copyFile(replica.path, copy, constants.COPYFILE_FICLONE);
  return copy;
}
