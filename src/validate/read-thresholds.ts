import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readYaml } from '../config/yaml-source.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import {
  fromLegacy,
  LEGACY_SECTIONS,
  type LegacyThresholds,
  legacySchema,
} from './legacy-thresholds.ts';
import { type Thresholds, thresholdsSchema } from './thresholds.ts';

const SHIPPED: readonly string[] = ['default', 'legacy'];

/**
 * Reads thresholds by name (`default`, `legacy`) or from the YAML file at an absolute path.
 * @throws HoopduckError THRESHOLDS_MISSING or CONFIG_INVALID (exit 2, `file:line:column` and a caret).
 */
export function readThresholds(source: string): Thresholds {
  const file = SHIPPED.includes(source)
    ? fileURLToPath(new URL(`./thresholds/${source}.yaml`, import.meta.url))
    : source;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HoopduckError(
      'THRESHOLDS_MISSING',
      `The thresholds "${source}" cannot be read: ${messageOf(error)}`,
      {
        next: 'Name "default", "legacy" or an existing YAML file with --thresholds, or in gates.thresholds of hoopduck.yaml.',
        exitCode: EXIT.usage,
        cause: error,
      },
    );
  }
  return parseThresholds(file, text);
}

/** Checks the text of a file of thresholds, in our format or in the old platform's keys. */
export function parseThresholds(file: string, text: string): Thresholds {
  let old = false;
  const schemaOf = (root: unknown) => {
    old = inOldKeys(root);
    return (old ? legacySchema : thresholdsSchema) as never;
  };
  const source: Thresholds | LegacyThresholds = readYaml(file, text, schemaOf);
  return Object.freeze(old ? fromLegacy(source as LegacyThresholds) : (source as Thresholds));
}

/** Whether a key belongs to the old platform's file, and none to ours. */
function inOldKeys(root: unknown): boolean {
  const keys = typeof root === 'object' && root !== null ? Object.keys(root) : [];
  const ours = keys.some((key) => Object.hasOwn(thresholdsSchema.shape, key));
  return !ours && keys.some((key) => LEGACY_SECTIONS.includes(key));
}
