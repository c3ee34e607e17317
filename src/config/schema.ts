import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import {
  backupSchema,
  datasetPrefix,
  type LocationKinds,
  locationSchema,
  projectId,
} from './location-schema.ts';
import { notifySchema } from './notify.ts';
import { kindOfPath } from './path-kind.ts';
import { bytesOfSize } from './size.ts';
import { splitShares } from './split.ts';
import { didYouMean } from './suggest.ts';

const size = z
  .string()
  .refine((value) => bytesOfSize(value) !== undefined, 'a size such as 1500MB was wanted.');
const share = z.number().gt(0).max(1);
const whole = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);
const text = z
  .string()
  .refine((value) => value.trim() !== '' && !/\p{Control}/u.test(value), 'text was wanted.');

/**
 * The schema of hoopduck.yaml, keys as they are written there. Relative paths are relative to
 * `folder`. With `warehouse` the warehouse's folder must be there.
 */
export function configSchema(
  folder: string,
  needs: { warehouse: boolean },
  kinds: LocationKinds = { warehouse: 'folder', push: 'folder', backup: 'folder' },
) {
  const existingFolder = text.superRefine((value, ctx) => {
    const path = resolve(folder, value);
    if (kindOfPath(path) === 'folder') return;
    const message = `an existing folder was wanted.${similar(path, value)}`;
    ctx.addIssue({ code: 'custom', message });
  });
  const thresholds = z.string().superRefine((value, ctx) => {
    if (value === 'default' || value === 'legacy') return;
    const path = resolve(folder, value);
    if (kindOfPath(path) === 'file') return;
    const meant = didYouMean(value, ['default', 'legacy']) || similar(path, value);
    ctx.addIssue({
      code: 'custom',
      message: `"default", "legacy" or an existing YAML file was wanted.${meant}`,
    });
  });
  return z.strictObject({
    warehouse: locationSchema(kinds.warehouse, needs.warehouse ? existingFolder : text),
    push: locationSchema(kinds.push, text)
      .extend({ backup_days: whole(0, 3650).optional() })
      .optional(),
    backup: backupSchema(kinds.backup, text).optional(),
    replica: z
      .strictObject({
        memory_limit: size.optional(),
        threads: whole(1, 1024).nullable().optional(),
      })
      .optional(),
    inputs: z.strictObject({ keep: z.boolean().optional(), cap: size.optional() }).optional(),
    transform: z
      .strictObject({
        bigquery: z
          .strictObject({ project: projectId.optional(), dataset_prefix: datasetPrefix.optional() })
          .optional(),
      })
      .optional(),
    gates: z.strictObject({ thresholds: thresholds.optional() }).optional(),
    notify: notifySchema.optional(),
    train: z
      .strictObject({
        features: z.enum(['default', 'seed-21']).optional(),
        add_features: z
          .array(
            z
              .string()
              .regex(
                /^\w+\.\w+\.\w+$/,
                'dataset.table.column of a model of the workspace was wanted.',
              ),
          )
          .optional(),
        engine: z.enum(['auto', 'native', 'wasm']).optional(),
        split: z
          .string()
          .refine(
            (value) => splitShares(value) !== undefined,
            'three shares above 0 that sum to 100 were wanted, such as 70/15/15.',
          )
          .optional(),
        seed: whole(0, 2 ** 31 - 1).optional(),
        averaged_seeds: whole(1, 100).optional(),
        two_stages: z.boolean().optional(),
        rows: text.nullable().optional(),
        rounds: whole(1, 100_000).optional(),
        early_stopping_rounds: whole(1, 100_000).optional(),
        eta: share.optional(),
        max_depth: whole(1, 30).optional(),
        min_child_weight: z.number().min(0).optional(),
        colsample_bytree: share.optional(),
        subsample: share.optional(),
        lambda: z.number().min(0).optional(),
        max_bin: whole(2, 65_535).optional(),
      })
      .optional(),
  });
}

/** hoopduck.yaml as written, after the check. */
export type ConfigSource = z.infer<ReturnType<typeof configSchema>>;

/** What was probably meant by a path that is not there: a neighbour with nearly its name. */
function similar(path: string, written: string): string {
  let neighbours: string[];
  try {
    neighbours = readdirSync(dirname(path));
  } catch {
    return '';
  }
  const meant = didYouMean(basename(path), neighbours);
  return isAbsolute(written) || meant !== '' ? meant : ` It would be "${path}".`;
}
