import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, parseDocument } from 'yaml';
import { readYaml } from '../config/yaml-source.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { fromLegacy, LEGACY_SECTIONS, legacySchema } from './legacy-thresholds.ts';
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
  if (inOldKeys(text)) return Object.freeze(fromLegacy(readYaml(file, text, legacySchema)));
  return Object.freeze(readYaml(file, text, thresholdsSchema as never));
}

/** Whether the first key that is known at all belongs to the old platform's file. */
function inOldKeys(text: string): boolean {
  const root = parseDocument(text).contents;
  if (!isMap(root)) return false;
  const keys = root.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''));
  const ours = keys.some((key) => key in thresholdsSchema.shape);
  return !ours && keys.some((key) => LEGACY_SECTIONS.includes(key));
}
