import type { StageContext } from '../context.ts';
import { HoopduckError } from '../errors.ts';
import { readManifest } from '../train/manifest.ts';
import { allModels } from '../train/registry.ts';
import { checkFiles, checkRecord } from '../train/verify/files.ts';
import { isFailure } from '../train/verify/verify.ts';
import type { AreaResult, Finding } from './finding.ts';

/** Compares the files of every model on record with its manifest. What is lost here only a backup or a training gives. */
export async function verifyModels({ replica, config }: StageContext): Promise<AreaResult> {
  const models = await allModels(replica);
  const findings: Finding[] = [];
  for (const model of models) {
    for (const found of faultsOf(config.workspace, model)) {
      findings.push({
        area: 'model',
        subject: model.artefact,
        found,
        next: '"hoopduck restore" puts it back; "hoopduck train" makes the newest again.',
        repaired: null,
      });
    }
  }
  return {
    area: 'model',
    checked: models.length,
    findings,
    skipped: null,
    repair: async () => {
      for (const finding of findings) finding.repaired = false;
    },
  };
}

function faultsOf(
  workspace: string,
  model: Awaited<ReturnType<typeof allModels>>[number],
): string[] {
  try {
    const manifest = readManifest(workspace, model.artefact);
    return [checkRecord(model, manifest), ...checkFiles(workspace, model.artefact, manifest)]
      .filter(isFailure)
      .map(({ subject, detail }) => `"${subject}": ${detail}`);
  } catch (error) {
    if (error instanceof HoopduckError) return [error.message];
    throw error;
  }
}
