/** What is looked at. */
export type VerifyArea =
  | 'partition'
  | 'table'
  | 'ledger'
  | 'model'
  | 'kept input'
  | 'production'
  | 'backup of a push'
  | 'leftover';

/** Something that is not as it is on record. */
export interface Finding {
  readonly area: VerifyArea;
  /** The thing: a table with its date, a path, a model. */
  readonly subject: string;
  /** What was found and what was wanted. */
  readonly found: string;
  /** What a person does about it where it is not repaired, or after it is. */
  readonly next: string;
  /** Whether `repair` mended it, or its cause, so that the next run does; null: that was not asked. */
  repaired: boolean | null;
}

/** What was looked at in an area, and what is off. */
export interface AreaResult {
  readonly area: VerifyArea;
  /** Things that were looked at. */
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** Why nothing was looked at; null: it was. */
  readonly skipped: string | null;
  /** Mends what can be mended of the findings. */
  readonly repair?: () => Promise<void>;
}
