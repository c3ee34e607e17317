import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Style } from '../../console/style.ts';
import { EXIT } from '../../errors.ts';
import type { AliasChange } from '../../train/aliases.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';
import { type ListedModel, listed } from './listed-model.ts';

interface ShowOptions {
  readonly model: string;
}

/** The card of a model, what the ledger has of it, and which names it had and has. */
export async function execute(options: ShowOptions, env: CommandEnvironment): Promise<Outcome> {
  return env.reading(async (replica, config) => {
    const { chooseModel } = await import('../../train/registry.ts');
    const { aliasHistory, currentAliases } = await import('../../train/aliases.ts');
    const { storedCard } = await import('../../train/card/stored-card.ts');
    const { model } = await chooseModel(replica, options.model);
    const current = await currentAliases(replica);
    const history = (await aliasHistory(replica)).filter(
      ({ model_id }) => model_id === model.modelId,
    );
    const holds = ({ alias, step }: AliasChange) => current.get(alias)?.step === step;
    const names = history.map((change) => ({ ...change, current: holds(change) }));
    const shown = listed(model, current);
    const card = storedCard(config.workspace, model);
    const html = join(config.workspace, model.artefact, 'card.html');
    return {
      exitCode: EXIT.done,
      json: {
        model: shown,
        training: model.training,
        alias_history: names,
        card: { markdown: card, html: existsSync(html) ? html : null },
      },
      text: (style) => showText(shown, names, card, style),
    };
  });
}

function showText(
  { status }: ListedModel,
  names: readonly (AliasChange & { readonly current: boolean })[],
  card: string,
  style: Style,
): string {
  const lines = names.map(({ alias, set_at, reason, current }) => {
    const at = set_at.slice(0, 16).replace('T', ' ');
    return current
      ? `${style.bold(alias)} since ${at} (${reason})`
      : style.dim(`${alias} once, from ${at} (${reason})`);
  });
  if (status !== 'evaluated') lines.unshift(style.yellow(`status: ${status.replace('_', ' ')}`));
  return lines.length === 0 ? card : `${lines.join('\n')}\n\n${card}`;
}
