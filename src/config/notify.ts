import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { looksSecret } from './secret-address.ts';

/** What a webhook can be told of. */
export const NOTIFY_EVENTS = ['red', 'recovery', 'drift', 'failure'] as const;
export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

/** How the body of a notification is written. */
export type NotifyFormat = 'json' | 'slack';

/** A webhook of hoopduck.yaml after its defaults. Its secrets are in the environment and are read when it is told. */
export interface WebhookConfig {
  /** How messages and the ledger call it; never its address. */
  readonly name: string;
  /** null: the address is in the variable `urlEnv`. */
  readonly url: string | null;
  readonly urlEnv: string | null;
  readonly format: NotifyFormat;
  readonly on: readonly NotifyEvent[];
  /** The variable that holds the key of the signature; null: bodies are not signed. */
  readonly secretEnv: string | null;
  readonly timeoutSeconds: number;
}

const variable = z
  .string()
  .refine(
    (value) => /^[A-Za-z_]\w*$/.test(value),
    'the name of an environment variable was wanted.',
  );
const url = z.string().superRefine((value, ctx) => {
  if (!/^https?:\/\/[^\s]+$/.test(value) || !URL.canParse(value)) {
    ctx.addIssue({ code: 'custom', message: 'an address with http:// or https:// was wanted.' });
  } else if (looksSecret(value)) {
    ctx.addIssue({
      code: 'custom',
      params: { secret: true },
      message: 'put it into an environment variable and name that with "url_env".',
    });
  }
});

/** The list under `notify`. */
export const notifySchema = z.array(
  z
    .strictObject({
      name: z
        .string()
        .regex(/^[\w.-]{1,40}$/, 'letters, digits, dots and dashes were wanted')
        .optional(),
      url: url.optional(),
      url_env: variable.optional(),
      format: z.enum(['json', 'slack']).optional(),
      on: z.array(z.enum(NOTIFY_EVENTS)).min(1).optional(),
      secret_env: variable.optional(),
      timeout_seconds: z.int().min(1).max(60).optional(),
    })
    .refine(
      (value: { url?: unknown; url_env?: unknown }) =>
        (value.url === undefined) !== (value.url_env === undefined),
      'either "url" or "url_env" was wanted.',
    ),
);

/** The webhooks with their defaults; those without a name are called by their variable or host. */
export function completeNotify(source: z.infer<typeof notifySchema>): WebhookConfig[] {
  const taken = new Map<string, number>();
  return source.map((webhook) => {
    const called = webhook.name ?? webhook.url_env ?? new URL(webhook.url!).host;
    const nth = (taken.get(called) ?? 0) + 1;
    taken.set(called, nth);
    return {
      name: nth === 1 ? called : `${called}#${nth}`,
      url: webhook.url ?? null,
      urlEnv: webhook.url_env ?? null,
      format: webhook.format ?? DEFAULTS.notify.format,
      on: webhook.on ?? DEFAULTS.notify.on,
      secretEnv: webhook.secret_env ?? null,
      timeoutSeconds: webhook.timeout_seconds ?? DEFAULTS.notify.timeoutSeconds,
    };
  });
}
