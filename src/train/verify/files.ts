import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { sha256 } from '../input-digest.ts';
import type { StoredManifest } from '../manifest.ts';
import type { RecordedModel } from '../registry.ts';
import type { ModelCheck } from './verdict.ts';

const SHOWN_DIGITS = 12;

/** Whether the manifest is that of the model in the ledger, and its own digests agree. */
export function checkRecord(model: RecordedModel, manifest: StoredManifest): ModelCheck {
  const faults: string[] = [];
  if (manifest.model_id !== model.modelId) faults.push(`it is of model "${manifest.model_id}"`);
  if (manifest.input_digest !== model.inputDigest) {
    faults.push(
      `its input digest is ${short(manifest.input_digest)}, on record is ${short(model.inputDigest)}`,
    );
  }
  for (const [table, { digest, partitions }] of Object.entries(manifest.inputs)) {
    const lines = Object.entries(partitions).map(([date, part]) => `${date} ${part}\n`);
    if (sha256(lines.join('')) !== digest) {
      faults.push(`its partitions of ${table} do not give the digest that it states`);
    }
  }
  const detail = faults.length === 0 ? 'agrees with the ledger and in itself' : faults.join('; ');
  return {
    ...{ check: 'record', subject: 'manifest.json' },
    ...{ verdict: faults.length === 0 ? 'pass' : 'fail', detail },
  };
}

/** Every file of the folder against the sha256 in the manifest. */
export function checkFiles(
  workspace: string,
  artefact: string,
  { files }: StoredManifest,
): ModelCheck[] {
  const folder = join(workspace, artefact);
  const listed = Object.entries(files).map(([name, digest]): ModelCheck => {
    try {
      const found = sha256(readFileSync(join(folder, name)));
      return found === digest
        ? fileCheck(name, 'pass', `sha256 ${short(digest)}`)
        : fileCheck(name, 'fail', `sha256 is ${short(found)}, ${short(digest)} was written`);
    } catch (error) {
      return fileCheck(name, 'fail', `cannot be read: ${messageOf(error)}`);
    }
  });
  const others = readdirSync(folder)
    .filter((name) => name !== 'manifest.json' && files[name] === undefined)
    .sort()
    .map((name) => fileCheck(name, 'warn', 'is not in the manifest'));
  return [...listed, ...others];
}

function fileCheck(subject: string, verdict: ModelCheck['verdict'], detail: string): ModelCheck {
  return { check: 'file', subject, verdict, detail };
}

function short(digest: string): string {
  return digest.slice(0, SHOWN_DIGITS);
}
