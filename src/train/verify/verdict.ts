/** What one check of a model found. `not_evaluated` is no pass: there was nothing to judge. */
export interface ModelCheck {
  readonly check: 'record' | 'file' | 'parity' | 'input' | 'sql' | 'test_predictions';
  /** The file, the table, or the thing that was checked. */
  readonly subject: string;
  readonly verdict: 'pass' | 'warn' | 'fail' | 'not_evaluated';
  /** In words: what was found. */
  readonly detail: string;
  /** Of an input: the dates whose partition is another one than was trained on. */
  readonly dates?: ChangedDates;
}

/** Dates of a table's partitions that are not what a training read, oldest first. */
export interface ChangedDates {
  readonly restated: readonly string[];
  readonly gone: readonly string[];
  /** Within the dates of the training, and not there then. */
  readonly added: readonly string[];
}

/** Every check of a model. */
export interface Verification {
  readonly model_id: string;
  /** Whether no check failed. */
  readonly verified: boolean;
  readonly checks: readonly ModelCheck[];
}
