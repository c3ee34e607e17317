import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kindOfPath } from '../config/path-kind.ts';
import type { StageContext } from '../context.ts';
import { aliasHistory } from '../train/aliases.ts';
import { isOnlyCopy, MODELS_FOLDER, putBackReplaced } from '../train/artefact.ts';
import { allModels } from '../train/registry.ts';
import { namesIn, shownPath, sizeOf } from './on-disk.ts';
import type { Garbage, Sweep } from './result.ts';

/** A folder that a training was writing, or was replacing, when it was killed. */
const HALF_WRITTEN = /^\..+\.(new|old)$/;

/**
 * Artefacts of models that are neither in the registry nor have or had an alias nor predicted in a run on record, and
 * half-written ones. Where no model is on record at all, the replica is another one than that which trained them, and they stay.
 */
export async function sweepArtefacts({ replica, config }: StageContext): Promise<Sweep> {
  const { workspace } = config;
  const folder = join(workspace, MODELS_FOLDER);
  const models = await allModels(replica);
  const runs = await replica.rows<{ trained: string | null; predicted: string | null }>(
    `SELECT facts->'trained'->>'id' AS trained, facts->'predicted'->>'id' AS predicted
     FROM hoopduck.run_record`,
  );
  const needed = new Set<string | null>([
    ...models.map(({ modelId }) => modelId),
    ...(await aliasHistory(replica)).map((change) => change.model_id),
    ...runs.flatMap(({ trained, predicted }) => [trained, predicted]),
  ]);
  const found = namesIn(folder).filter((name) => kindOfPath(join(folder, name)) === 'folder');
  // Moved aside for a new one that never came: the only copy there is.
  const halves = found.filter((name) => HALF_WRITTEN.test(name) && !isOnlyCopy(folder, name));
  const artefacts = found.filter((name) => existsSync(join(folder, name, 'manifest.json')));
  const whole = artefacts.filter((name) => !HALF_WRITTEN.test(name));
  const strangers = models.length === 0 ? [] : whole.filter((name) => !needed.has(name));
  const item = (name: string, why: string): Garbage => ({
    kind: 'artefact',
    path: shownPath(workspace, join(folder, name)),
    bytes: sizeOf(join(folder, name)),
    why,
  });
  const kept = whole.filter((name) => !strangers.includes(name));
  return {
    garbage: [
      ...halves.map((name) => item(name, 'half-written: its training was killed')),
      ...strangers.map((name) => item(name, 'its model is not on record')),
    ],
    kept: [
      {
        kind: 'artefact',
        items: kept.length,
        bytes: kept.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0),
        why:
          models.length === 0
            ? 'no model is on record: they are of another replica'
            : 'their models are on record',
      },
    ],
    notes: [],
    async take() {
      if (existsSync(folder)) putBackReplaced(folder);
      for (const name of [...halves, ...strangers]) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}
