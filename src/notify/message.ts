import type { NotifyEvent, NotifyFormat } from '../config/notify.ts';
import { withoutSecrets } from '../redact.ts';
import { checks, type News, type RedCheck, type Standing } from './news.ts';

/** Red checks that a notification names; the rest is counted. */
const NAMED = 20;

/** What is told, before it has the form that a webhook wants. */
export interface Notification {
  readonly events: readonly (NotifyEvent | 'test')[];
  /** The workspace's folder name, not its path. */
  readonly workspace: string;
  readonly command: string;
  readonly runId: string | null;
  readonly at: string;
  readonly exitCode: number;
  /** The whole in one sentence. */
  readonly title: string;
  /** Details, a line each. */
  readonly lines: readonly string[];
  readonly red: readonly RedCheck[];
  readonly redTotal: number | null;
  readonly recovered: readonly string[];
  readonly alarms: News['newAlarms'];
  readonly error: Standing['failure'];
}

/** Puts news into words. */
export function notificationOf(
  news: News,
  now: Standing,
  told: Pick<Notification, 'workspace' | 'runId' | 'at'> & { events: readonly NotifyEvent[] },
): Notification {
  const { newRed, newAlarms, recovered } = news;
  const has = (event: NotifyEvent) => told.events.includes(event);
  const error = has('failure') ? now.failure : null;
  const parts = [
    ...(error === null ? [] : [`"hoopduck ${now.command}" failed with ${error.code}`]),
    ...(has('red') ? [`${checks(newRed.length)} turned red`] : []),
    ...(has('drift') ? [`the monitor of predictions raises ${alarms(newAlarms.length)}`] : []),
    ...(has('recovery') ? [`recovered: ${recovered.join(', ')}`] : []),
  ];
  const title = `${told.workspace}: ${parts.join('; ')}.`;
  const lines = [
    ...(error === null ? [] : [error.message, `Next: ${error.next}`]),
    ...(has('red') ? newRed.slice(0, NAMED).map(redLine) : []),
    ...(has('red') && newRed.length > NAMED ? [`and ${newRed.length - NAMED} more`] : []),
    ...(has('drift') ? newAlarms.map(({ message, next }) => `${message} ${next}`) : []),
  ];
  return {
    events: told.events,
    workspace: told.workspace,
    command: now.command,
    runId: told.runId,
    at: told.at,
    exitCode: now.exitCode,
    title,
    lines,
    red: has('red') ? newRed.slice(0, NAMED) : [],
    redTotal: now.red?.length ?? null,
    recovered: has('recovery') ? recovered : [],
    alarms: has('drift') ? newAlarms : [],
    error,
  };
}

/** The body that is sent, without secrets. */
export function bodyOf(notification: Notification, format: NotifyFormat): string {
  const text = JSON.stringify(format === 'slack' ? slack(notification) : json(notification));
  return withoutSecrets(text);
}

function json(n: Notification): Record<string, unknown> {
  return {
    version: 1,
    events: n.events,
    title: n.title,
    workspace: n.workspace,
    command: n.command,
    run_id: n.runId,
    at: n.at,
    exit_code: n.exitCode,
    new_red: n.red,
    red_total: n.redTotal,
    recovered: n.recovered,
    alarms: n.alarms,
    error: n.error,
  };
}

function slack({ title, lines }: Notification): Record<string, unknown> {
  const text = [`*${escapeSlack(title)}*`, ...lines.map((line) => `• ${escapeSlack(line)}`)];
  return { text: text.join('\n') };
}

/** The three letters that Slack reads as markup of its own. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function redLine({ check, table, scope, found, wanted, detail }: RedCheck): string {
  const figures = `${number(found)} found, ${number(wanted)} wanted`;
  return `${check} of ${table}, ${scope}: ${figures}${detail === null ? '' : ` (${detail})`}`;
}

function number(value: number | null): string {
  return value === null ? 'nothing' : String(Math.round(value * 100) / 100);
}

function alarms(n: number): string {
  return n === 1 ? 'an alarm' : `${n} alarms`;
}

/** What `hoopduck notify --test` sends. */
export function sample(workspace: string, at: string): Notification {
  return {
    events: ['test'],
    workspace,
    command: 'notify',
    runId: null,
    at,
    exitCode: 0,
    title: `${workspace}: a test of this webhook; nothing has happened.`,
    lines: ['It is told of red gates, recoveries, drift and failures, as hoopduck.yaml says.'],
    red: [],
    redTotal: null,
    recovered: [],
    alarms: [],
    error: null,
  };
}
