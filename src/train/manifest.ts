import { EXIT, HoopduckError } from '../errors.ts';
import { readArtefactFile } from './artefact.ts';
import type { TableInput } from './input-digest.ts';
import type { LeakAlarm } from './leak-alarms.ts';
import type { RedCheck } from './red-checks.ts';
import type { TrainedMember } from './training-report.ts';

/** `manifest.json` of an artefact: everything that decided the model, and the digests of what came out. */
export interface Manifest {
  readonly model_id: string;
  /** Version of hoopduck that trained it. */
  readonly hoopduck: string;
  readonly engine: { readonly name: string; readonly version: string };
  readonly feature_set: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly seed: number;
  readonly members: readonly TrainedMember[];
  /** Whether the trees were trained on all parts in the end. */
  readonly refit: boolean;
  /** Dates of the first row of each part, and of the last row. */
  readonly split: {
    readonly label: string;
    readonly train_from: string;
    readonly validate_from: string;
    readonly test_from: string;
    readonly to: string;
  };
  readonly rows: { readonly filter: string | null; readonly excluded_dates: readonly string[] };
  readonly gates: {
    readonly red: readonly RedCheck[];
    readonly alarms: readonly LeakAlarm[];
    /** The reason for which they were passed. */
    readonly forced: string | null;
  };
  readonly results: {
    /** sha256 of each file of trees. */
    readonly trees: Readonly<Record<string, string>>;
    /** Of `predictionsDigest`. */
    readonly test_predictions: string;
  };
  readonly input_digest: string;
  readonly sql: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, TableInput>>;
}

/** The manifest as it lies in the folder. */
export interface StoredManifest extends Manifest {
  /** sha256 of every other file. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Reads an artefact's manifest.
 * @throws HoopduckError MODEL_DAMAGED (exit 1) when it is missing or no manifest.
 */
export function readManifest(workspace: string, artefact: string): StoredManifest {
  try {
    const manifest: StoredManifest = JSON.parse(
      readArtefactFile(workspace, artefact, 'manifest.json'),
    );
    if (Object.keys(manifest.files).length > 0 && manifest.members !== undefined) return manifest;
  } catch {
    // Told below, whatever it was.
  }
  throw new HoopduckError(
    'MODEL_DAMAGED',
    `The model's folder "${artefact}" has no manifest.json that this version reads.`,
    { next: 'Run "hoopduck train" to make it again.', exitCode: EXIT.failed },
  );
}
