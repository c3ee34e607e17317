import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { WebhookConfig } from '../config/notify.ts';
import type { StageContext } from '../context.ts';
import { knownTo, recordTold, redChecks, type Told } from './ledger.ts';
import { bodyOf, notificationOf } from './message.ts';
import { KNOWS_NOTHING, type Known, newsOf, type Standing } from './news.ts';
import { type Outside, sendTo } from './send.ts';

/** How a command ended, but for what the ledger knows. */
export type Ended = Omit<Standing, 'red'>;

/** What is known of the world when a command has ended, and who hears of it. */
type NotifyContext = Pick<StageContext, 'config' | 'report'> &
  Partial<Pick<StageContext, 'replica' | 'runId'>>;

/** What one webhook is sent or not, before it is. */
interface Due {
  readonly webhook: WebhookConfig;
  readonly before: Known;
  readonly known: Known;
  readonly told: Pick<Told, 'webhook' | 'at' | 'runId' | 'events'>;
  /** null: nothing is new to it. */
  readonly body: string | null;
}

/**
 * Tells every webhook what is new to it since it was last told, all at once, and puts on record what each knows now.
 * One that cannot be reached is warned about and told the next time; it changes nothing else.
 * @param ctx without a replica (it could not be opened) only failures are told, each time anew
 */
export async function notify(ctx: NotifyContext, ended: Ended, outside: Outside): Promise<void> {
  const { config, replica, report } = ctx;
  const now: Standing = { ...ended, red: replica === undefined ? null : await redChecks(replica) };
  const due: Due[] = [];
  for (const webhook of config.notify) due.push(await dueTo(webhook, now, ctx, outside));
  const sent = await Promise.all(
    due.map(async (one) => {
      const { webhook, body } = one;
      if (body === null) return { ...one, delivery: null };
      return { ...one, delivery: await sendTo(webhook, body, randomUUID(), outside) };
    }),
  );
  for (const { told, before, known, delivery } of sent) {
    if (delivery === null) {
      if (replica === undefined || isDeepStrictEqual(known, before)) continue;
      await recordTold(replica, { ...told, outcome: 'quiet', detail: null, known });
      continue;
    }
    const { delivered, attempts, said } = delivery;
    if (!delivered) {
      const times = attempts > 1 ? ` after ${attempts} attempts` : '';
      report.warn(
        `The webhook "${told.webhook}" was not told of ${told.events.join(', ')}: ${said}${times}. It is told the next time; "hoopduck notify --test" tries it.`,
        'NOTIFY_UNTOLD',
      );
    }
    if (replica === undefined) continue;
    const outcome = delivered ? 'delivered' : 'failed';
    await recordTold(replica, {
      ...told,
      outcome,
      detail: said,
      known: delivered ? known : before,
    });
  }
}

/** What a webhook has to hear. */
async function dueTo(
  webhook: WebhookConfig,
  now: Standing,
  { config, replica, runId }: NotifyContext,
  outside: Outside,
): Promise<Due> {
  const before = replica === undefined ? KNOWS_NOTHING : await knownTo(replica, webhook.name);
  const news = newsOf(before, now);
  const events = news.events.filter((event) => webhook.on.includes(event));
  const told = { webhook: webhook.name, at: outside.now(), runId: runId ?? '', events };
  const due = { webhook, before, known: news.known, told };
  if (events.length === 0) return { ...due, body: null };
  const notification = notificationOf(news, now, {
    events,
    workspace: workspaceName(config),
    runId: runId ?? null,
    at: told.at.toISOString(),
  });
  return { ...due, body: bodyOf(notification, webhook.format) };
}

/** The name of the workspace's folder: its path is nobody else's business. */
export function workspaceName({ workspace }: Pick<Config, 'workspace'>): string {
  return basename(workspace) || workspace;
}
