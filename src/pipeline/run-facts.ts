import type { TrainConfig } from '../config/config.ts';
import type { Thresholds } from '../validate/thresholds.ts';

/** What hoopduck.run_record keeps of a run as JSON: everything beside the partitions that decides what it made. */
export interface RunFacts {
  readonly from: string;
  readonly to: string;
  /** The last date that builds of the tables covered at its end. */
  readonly horizon: string;
  /** Version and digest of the program's files. */
  readonly hoopduck: string;
  readonly duckdb: string;
  /** Threads that DuckDB used, and cores that a native engine could. */
  readonly threads: number;
  readonly cores: number;
  readonly settings: { readonly train: TrainConfig; readonly thresholds: Thresholds };
  /** Dates left out of training, and why red gates were passed. */
  readonly exclude: readonly string[];
  readonly forced: string | null;
  /** Digest of the SQL text by model. */
  readonly sql: Readonly<Record<string, string>>;
  readonly gates: GateCounts;
  /** The model that this run's input gives, trained then or before; null: training was refused. */
  readonly trained: ModelFacts | null;
  /** The model that predicted; null: there was none. */
  readonly predicted: ModelFacts | null;
}

/** Verdicts of the gates, counted. */
export interface GateCounts {
  readonly pass: number;
  readonly warn: number;
  readonly fail: number;
  readonly not_evaluated: number;
}

/** A model by its bytes. */
export interface ModelFacts {
  readonly id: string;
  readonly engine: { readonly name: 'wasm' | 'native'; readonly version: string };
  /** sha256 of every file of its artefact. */
  readonly files: Readonly<Record<string, string>>;
}
