/** Errors of one predictor on some rows, in points. */
export interface ErrorFigures {
  readonly n: number;
  readonly mae: number | null;
  readonly rmse: number | null;
  readonly bias: number | null;
  readonly within_3: number | null;
  readonly within_5: number | null;
}

/** The model and the trivial predictors on the same rows. */
export interface ComparedFacts {
  readonly n: number;
  readonly model: ErrorFigures;
  readonly last_10: ErrorFigures;
  readonly last_5: ErrorFigures;
  readonly season: ErrorFigures;
  readonly mix: ErrorFigures;
}

/** How often results fall below a level's quantile: a calibrated level lies between the two shares. */
export interface LevelFacts {
  readonly level: number;
  readonly below: number | null;
  readonly at_most: number | null;
}

export interface IntervalFacts {
  readonly n: number;
  readonly coverage_80: number | null;
  readonly width_80: number | null;
  readonly coverage_90: number | null;
  readonly width_90: number | null;
  readonly crps: number | null;
}

/** The part of `metrics.json` that is drawn (docs/evaluation.md). */
export interface MetricsFacts {
  readonly parts: { readonly test: { readonly compared: ComparedFacts } };
  readonly test: {
    readonly by_season: Readonly<Record<string, ComparedFacts>>;
    readonly by_month: Readonly<Record<string, ComparedFacts>>;
    readonly by_tier: Readonly<Record<string, ComparedFacts>>;
    readonly intervals: {
      readonly compared: IntervalFacts & { readonly levels: readonly LevelFacts[] };
      readonly by_tier: Readonly<Record<string, IntervalFacts>>;
    };
  };
  readonly feature_importance: Readonly<Record<string, number>>;
  readonly permutation: {
    readonly rows: number;
    readonly features: readonly {
      readonly feature: string;
      readonly rows: number;
      readonly mae_increase: number;
      readonly standard_error: number;
    }[];
  };
}

/** The part of `parity.json` that is shown. */
export interface ParityFacts {
  readonly rows: number;
  readonly adversarialRows: number;
  readonly identicalRows: number;
  readonly maxAbsDifference: number;
  readonly maxQuantileDifference: number;
}

/** The model that predicts now. */
export interface ModelFacts {
  readonly model_id: string;
  readonly alias: string | null;
  readonly trained_at: string;
  readonly engine: string;
  readonly features: string;
  readonly status: string;
  readonly artefact: string;
  readonly parts: Readonly<
    Record<
      'train' | 'validation' | 'test',
      { readonly from: string; readonly to: string; readonly n: number }
    >
  > | null;
  readonly expected_mae: number | null;
  readonly last_10_mae: number | null;
  /** null: the file is not there, or is of an earlier version. */
  readonly metrics: MetricsFacts | null;
  readonly parity: ParityFacts | null;
}

/** How its predictions fare (docs/monitor.md). */
export interface MonitorFacts {
  readonly recent: {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly mae: number;
    readonly bias: number;
    readonly coverage_80: number | null;
  } | null;
  readonly drift: {
    readonly not_measured: string | null;
    readonly measured: number;
    readonly drifting: readonly DriftFacts[];
    readonly largest: readonly DriftFacts[];
  };
  readonly alarms: readonly {
    readonly kind: string;
    readonly message: string;
    readonly next: string;
  }[];
}

export interface DriftFacts {
  readonly feature: string;
  readonly days: number;
  readonly psi: number;
  readonly limit: number;
  readonly missing: number;
  readonly missing_expected: number;
}
