const known = new Set<string>();

/** Shorter ones would hide ordinary words. */
const SHORTEST = 8;

/** Makes a secret known, so that no text that leaves the program holds it. */
export function hideSecret(secret: string): void {
  if (secret.length >= SHORTEST) known.add(secret);
}

/** A text without secrets: those that are known, and what looks like a token or a key. */
export function withoutSecrets(text: string): string {
  let hidden = text;
  for (const secret of known) hidden = hidden.replaceAll(secret, '[hidden]');
  return hidden
    .replaceAll(/Bearer\s+[^\s"',]+/gi, 'Bearer [hidden]')
    .replaceAll(/\bya29\.[\w.-]+/g, '[hidden]')
    .replaceAll(
      /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
      '[hidden]',
    )
    .replaceAll(
      /\b(access_token|refresh_token|private_key|client_secret)(["']?\s*[:=]\s*["']?)[^\s"',&}]+/gi,
      '$1$2[hidden]',
    );
}
