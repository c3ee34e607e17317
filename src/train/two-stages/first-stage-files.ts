import type { TrainConfig } from '../../config/config.ts';
import type { Ensemble } from '../ensemble.ts';
import type { Feature } from '../feature-sets.ts';
import { firstStageParameters } from '../hyperparameters.ts';
import { toXgboostJson } from '../xgboost-json.ts';
import { allFeatures, type FirstStage, type FirstStageKind } from './first-stage.ts';

/** The first stage in `predictor.json`: files of trees in the place of trees. */
export interface FirstStageFile extends Omit<FirstStage, 'kinds'> {
  /** Names of the columns that it makes. */
  readonly features: readonly Feature[];
  readonly kinds: readonly (Omit<FirstStageKind, 'seasons'> & {
    readonly seasons: readonly {
      readonly season: number;
      readonly minutes: string;
      readonly shots: string;
    }[];
  })[];
}

/** The file of the first stage's trees for a season. */
export function firstStageFile(
  kind: FirstStageKind['name'],
  target: 'minutes' | 'shots',
  season: number,
): string {
  return `first-stage-${kind}-${target}-${season}.json`;
}

/** XGBoost's JSON of all its trees, by file. */
export function firstStageTrees(
  stage: FirstStage | undefined,
  names: readonly string[],
  settings: TrainConfig,
): [string, string][] {
  return (stage?.kinds ?? []).flatMap(({ name, seasons }) =>
    seasons.flatMap((of) =>
      (['minutes', 'shots'] as const).map((target): [string, string] => [
        firstStageFile(name, target, of.season),
        toXgboostJson(of[target], names, {
          ...firstStageParameters(settings, new Float32Array(0)),
          baseScore: of[target].baseScore,
        }),
      ]),
    ),
  );
}

/** Its part of `predictor.json`, empty without one. */
export function firstStageEntry(stage: FirstStage | undefined): { first_stage?: FirstStageFile } {
  if (stage === undefined) return {};
  return {
    first_stage: {
      ...stage,
      features: allFeatures([], stage),
      kinds: stage.kinds.map((kind) => ({
        ...kind,
        seasons: kind.seasons.map(({ season }) => ({
          season,
          minutes: firstStageFile(kind.name, 'minutes', season),
          shots: firstStageFile(kind.name, 'shots', season),
        })),
      })),
    },
  };
}

/** The first stage of an entry, its trees read by `trees`. */
export function loadFirstStage(
  { features: _, ...file }: FirstStageFile,
  trees: (file: string) => Ensemble,
): FirstStage {
  return {
    ...file,
    kinds: file.kinds.map((kind) => ({
      ...kind,
      seasons: kind.seasons.map(({ season, minutes, shots }) => ({
        season,
        minutes: trees(minutes),
        shots: trees(shots),
      })),
    })),
  };
}
