import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { plural } from '../format.ts';
import type { LastTold } from '../notify/ledger.ts';
import type { Delivery } from '../notify/send.ts';
import type { CommandEnvironment, Outcome } from './command.ts';

interface NotifyOptions {
  readonly test?: boolean;
}

/** Lists the webhooks of hoopduck.yaml with what they were last told; with --test sends each a sample. */
export async function execute(options: NotifyOptions, env: CommandEnvironment): Promise<Outcome> {
  const config = await env.config();
  return options.test === true ? test(config, env) : list(config, env);
}

async function list(config: Config, env: CommandEnvironment): Promise<Outcome> {
  const { lastTold } = await import('../notify/ledger.ts');
  const told = existsSync(config.replica.path) ? await env.reading(lastTold) : [];
  const webhooks = config.notify.map(({ name, format, on, secretEnv }) => ({
    name,
    format,
    on,
    signed: secretEnv !== null,
    last: told.find(({ webhook }) => webhook === name) ?? null,
  }));
  const text = (style: Style) =>
    webhooks.length === 0
      ? 'No webhooks: nobody is told. docs/nightly.md says how to name one under "notify".'
      : table(
          ['webhook', 'format', 'told of', 'signed', 'last told'].map((title) => ({ title })),
          webhooks.map(({ name, format, on, signed, last }) => [
            name,
            format,
            on.join(', '),
            signed ? 'yes' : 'no',
            last === null ? 'never' : lastText(last),
          ]),
          style,
        );
  return { exitCode: EXIT.done, json: { webhooks }, text };
}

function lastText({ at, events, outcome, detail }: LastTold): string {
  return `${at} ${events.join(', ')}: ${outcome}${detail === null ? '' : `, ${detail}`}`;
}

async function test(config: Config, env: CommandEnvironment): Promise<Outcome> {
  if (config.notify.length === 0) {
    throw new HoopduckError('NOTIFY_UNSET', `"${config.file}" names no webhook under "notify".`, {
      next: 'Name one with "url" or "url_env"; docs/nightly.md has an example.',
      exitCode: EXIT.usage,
    });
  }
  const { sendTo, realOutside } = await import('../notify/send.ts');
  const { bodyOf, sample } = await import('../notify/message.ts');
  const { workspaceName } = await import('../notify/notify.ts');
  const outside = realOutside(env.now, env.signal);
  const body = sample(workspaceName(config), env.now().toISOString());
  const sent = await Promise.all(
    config.notify.map(async (webhook) => ({
      name: webhook.name,
      ...(await sendTo(webhook, bodyOf(body, webhook.format), randomUUID(), outside)),
    })),
  );
  const untold = sent.filter(({ delivered }) => !delivered);
  const text = (style: Style) => sent.map((each) => sentLine(each, style)).join('\n');
  const json = { webhooks: sent };
  if (untold.length === 0) return { exitCode: EXIT.done, json, text };
  const named = untold.map(({ name, said }) => `"${name}" (${said})`).join(', ');
  return {
    exitCode: EXIT.failed,
    json,
    text,
    failure: {
      code: 'NOTIFY_UNTOLD',
      message: `${plural(untold.length, 'webhook')} did not take the sample: ${named}.`,
      next: 'Correct "notify" in hoopduck.yaml or the variable that it names, and try again.',
    },
  };
}

function sentLine(
  { name, delivered, said, answer, attempts }: Delivery & { name: string },
  style: Style,
): string {
  const verdict = delivered ? style.green('ok  ') : style.red('fail');
  const tries = attempts > 1 ? ` after ${plural(attempts, 'attempt')}` : '';
  return `${verdict}  ${name}: ${said}${tries}${answer === '' ? '' : style.dim(` (${answer})`)}`;
}
