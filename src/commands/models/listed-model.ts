import type { Replica } from '../../replica/replica.ts';
import type { Alias, AliasChange } from '../../train/aliases.ts';
import type { RecordedModel } from '../../train/registry.ts';

/** A model as `models --json` lists it. */
export interface ListedModel {
  readonly model_id: string;
  /** ISO, UTC. */
  readonly trained_at: string;
  readonly engine: string;
  readonly features: string;
  readonly split: string;
  /** Compared rows of the test part. */
  readonly n: number;
  readonly model_mae: number | null;
  readonly last_10_mae: number | null;
  readonly status: RecordedModel['status'];
  readonly aliases: readonly Alias[];
  /** Folder relative to the workspace. */
  readonly artefact: string;
}

/** The registry: models, the newest first, and who has each name (null: nobody). */
export async function listModels(replica: Replica): Promise<{
  readonly models: readonly ListedModel[];
  readonly aliases: Readonly<Record<Alias, AliasChange | null>>;
}> {
  const { ALIASES, currentAliases } = await import('../../train/aliases.ts');
  const { allModels } = await import('../../train/registry.ts');
  const current = await currentAliases(replica);
  const models = (await allModels(replica)).map((model) => listed(model, current));
  const named = ALIASES.map((alias) => [alias, current.get(alias) ?? null]);
  return { models, aliases: Object.fromEntries(named) };
}

/** A model of the registry as it is listed. */
export function listed(
  { modelId, trainedAt, training, status, artefact }: RecordedModel,
  aliases: ReadonlyMap<Alias, AliasChange>,
): ListedModel {
  const { engine, features, split, test } = training;
  const { n, model_mae, last_10_mae } = test.compared;
  return {
    ...{ model_id: modelId, trained_at: trainedAt, engine, features, split },
    ...{ n, model_mae, last_10_mae, status },
    aliases: [...aliases.values()]
      .filter(({ model_id }) => model_id === modelId)
      .map(({ alias }) => alias)
      .sort(),
    artefact,
  };
}
