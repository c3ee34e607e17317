import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Model } from '../model.ts';

/** The folder that holds `models/`. */
const OWN_FOLDER = dirname(fileURLToPath(new URL('../models', import.meta.url)));

/**
 * The models as another engine computes them. Where a SELECT cannot be written for both, the engine's
 * own stands beside the model's file as `<table>.<engine>.sql`: a SELECT without a head, for the head
 * is the table's and holds for both.
 * @param workspace folder of the workspace, whose own models lie in it
 */
export function engineModels(
  models: readonly Model[],
  engine: string,
  workspace: string,
): readonly Model[] {
  return models.map((model) => {
    const folder = model.origin === 'workspace' ? workspace : OWN_FOLDER;
    const file = model.file.replace(/\.sql$/, `.${engine}.sql`);
    const path = join(folder, file);
    // What is made of the configuration has no file, and so none beside it.
    if (file === model.file || !existsSync(path)) return model;
    const text = readFileSync(path, 'utf8');
    const sqlDigest = createHash('sha256').update(model.sqlDigest).update(text).digest('hex');
    return {
      ...model,
      file,
      sql: text.trim().replace(/;\s*$/, ''),
      sqlDigest: sqlDigest.slice(0, model.sqlDigest.length),
    };
  });
}
