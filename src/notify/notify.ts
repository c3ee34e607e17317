import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { StageContext } from '../context.ts';
import { knownTo, recordTold, redChecks } from './ledger.ts';
import { bodyOf, notificationOf } from './message.ts';
import { KNOWS_NOTHING, newsOf, type Standing } from './news.ts';
import { type Outside, sendTo } from './send.ts';

/** How a command ended, but for what the ledger knows. */
export type Ended = Omit<Standing, 'red'>;

/**
 * Tells every webhook what is new to it since it was last told, and puts on record what it knows now. One that
 * cannot be reached is warned about and told the next time; it changes nothing else.
 * @param ctx without a replica (it could not be opened) only failures are told, each time anew
 */
export async function notify(
  ctx: Pick<StageContext, 'config' | 'report'> & Partial<Pick<StageContext, 'replica' | 'runId'>>,
  ended: Ended,
  outside: Outside,
): Promise<void> {
  const { config, replica, runId, report } = ctx;
  const now: Standing = { ...ended, red: replica === undefined ? null : await redChecks(replica) };
  for (const webhook of config.notify) {
    const before = replica === undefined ? KNOWS_NOTHING : await knownTo(replica, webhook.name);
    const news = newsOf(before, now);
    const events = news.events.filter((event) => webhook.on.includes(event));
    const told = { webhook: webhook.name, at: outside.now(), runId: runId ?? '', events };
    if (events.length === 0) {
      if (replica === undefined || isDeepStrictEqual(news.known, before)) continue;
      await recordTold(replica, { ...told, outcome: 'quiet', detail: null, known: news.known });
      continue;
    }
    const notification = notificationOf(news, now, {
      events,
      workspace: workspaceName(config),
      runId: runId ?? null,
      at: told.at.toISOString(),
    });
    const body = bodyOf(notification, webhook.format);
    const { delivered, attempts, said } = await sendTo(webhook, body, randomUUID(), outside);
    if (!delivered) {
      const times = attempts > 1 ? ` after ${attempts} attempts` : '';
      report.warn(
        `The webhook "${webhook.name}" was not told of ${events.join(', ')}: ${said}${times}. It is told the next time; "hoopduck notify --test" tries it.`,
        'NOTIFY_UNTOLD',
      );
    }
    if (replica === undefined) continue;
    const outcome = delivered ? 'delivered' : 'failed';
    const known = delivered ? news.known : before;
    await recordTold(replica, { ...told, outcome, detail: said, known });
  }
}

/** The name of the workspace's folder: its path is nobody else's business. */
export function workspaceName({ workspace }: Pick<Config, 'workspace'>): string {
  return basename(workspace) || workspace;
}
