/** What can go, by kind. */
export type GarbageKind = 'input' | 'artefact' | 'backup' | 'scratch' | 'leftover';

/** A file or folder that nothing needs. */
export interface Garbage {
  readonly kind: GarbageKind;
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly why: string;
}

/** What stays of a kind. */
export interface Kept {
  readonly kind: GarbageKind;
  readonly items: number;
  readonly bytes: number;
  readonly why: string;
}

/** What one kind of garbage gave, and how it is taken away. */
export interface Sweep {
  readonly garbage: readonly Garbage[];
  readonly kept: readonly Kept[];
  readonly notes: readonly string[];
  /** The ledger first, then the disk: nothing is promised that is not there. */
  take(): Promise<void>;
}

/** What `gc` did, or would do. */
export interface GcResult {
  readonly dry_run: boolean;
  readonly removed: readonly Garbage[];
  readonly bytes: number;
  readonly kept: readonly Kept[];
  readonly notes: readonly string[];
}
