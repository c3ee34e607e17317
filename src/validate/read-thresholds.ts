import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suggestion } from '../config/suggest.ts';
import { readYaml } from '../config/yaml-source.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { type ExtendingFile, extended, extendingSchema } from './extend-thresholds.ts';
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

/**
 * Checks the text of a file of thresholds: in our format, extending another file, or in the old platform's keys.
 * @param parents files that extend this one, which must not be extended in turn
 */
export function parseThresholds(
  file: string,
  text: string,
  parents: readonly string[] = [],
): Thresholds {
  const base = (name: string) => inheritedBy(file, name, parents);
  let format = 'ours' as ReturnType<typeof formatOf>;
  const schemaOf = (root: unknown) => {
    format = formatOf(root);
    if (format === 'old') return legacySchema as never;
    return (format === 'extending' ? extendingSchema(base) : thresholdsSchema) as never;
  };
  const source: unknown = readYaml(file, text, schemaOf);
  if (format === 'old') return Object.freeze(fromLegacy(source as LegacyThresholds));
  if (format === 'ours') return Object.freeze(source as Thresholds);
  return Object.freeze(extended(base, source as ExtendingFile).thresholds!);
}

/**
 * What `extends` names: shipped thresholds, or a file by its path relative to the one that extends it; undefined where
 * there is no such file, or where it would extend itself.
 */
function inheritedBy(
  file: string,
  name: string,
  parents: readonly string[],
): Thresholds | undefined {
  if (SHIPPED.includes(name)) return readThresholds(name);
  const path = resolve(dirname(file), name);
  if (!existsSync(path) || path === file || parents.includes(path)) return undefined;
  return parseThresholds(path, readFileSync(path, 'utf8'), [...parents, file]);
}

/**
 * Extending: a key is `extends` or `overrides`, or is neither ours nor the old platform's and nearly that. In the old
 * platform's keys: one belongs to its file, and none to ours.
 */
function formatOf(root: unknown): 'ours' | 'extending' | 'old' {
  const keys = typeof root === 'object' && root !== null ? Object.keys(root) : [];
  const ours = keys.filter((key) => Object.hasOwn(thresholdsSchema.shape, key));
  const old = keys.filter((key) => LEGACY_SECTIONS.includes(key));
  const others = keys.filter((key) => !ours.includes(key) && !old.includes(key));
  if (others.some((key) => suggestion(key, ['extends', 'overrides']) !== undefined)) {
    return 'extending';
  }
  return ours.length === 0 && old.length > 0 ? 'old' : 'ours';
}
