import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, HoopduckError } from '../../errors.ts';
import { readArtefactFile } from '../artefact.ts';
import type { RecordedModel } from '../registry.ts';

/**
 * The card of a model in Markdown, as it lies in its folder.
 * @throws HoopduckError MODEL_WITHOUT_CARD (exit 1) when there is none
 */
export function storedCard(
  workspace: string,
  { artefact, modelId }: Pick<RecordedModel, 'artefact' | 'modelId'>,
): string {
  if (existsSync(join(workspace, artefact, 'card.md'))) {
    return readArtefactFile(workspace, artefact, 'card.md');
  }
  throw new HoopduckError(
    'MODEL_WITHOUT_CARD',
    `The folder "${artefact}" of model "${modelId}" has no card.md.`,
    { next: 'Run "hoopduck train" to make it again.', exitCode: EXIT.failed },
  );
}
