import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { withoutSecrets } from '../../src/redact.ts';
import { authClientOf, describeCredentials } from '../../src/warehouse/google/credentials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NONE = { keyFile: null, impersonate: null, accessTokenEnv: null };
/** Made up; nothing answers to it. */
const TOKEN = 'not-a-real-token-0123456789';

afterEach(() => vi.unstubAllEnvs());

test('which credentials are in use is said in words, never with the secret', () => {
  vi.stubEnv('HOOPDUCK_TOKEN', TOKEN);
  expect(describeCredentials(NONE, null)).toBe('Application Default Credentials');
  expect(describeCredentials(NONE, 'http://127.0.0.1:9050')).toBe('none: the server has no TLS');
  expect(describeCredentials({ ...NONE, keyFile: '/w/key.json' }, null)).toBe(
    'the key file "/w/key.json"',
  );
  expect(describeCredentials({ ...NONE, accessTokenEnv: 'HOOPDUCK_TOKEN' }, null)).toBe(
    'the access token in $HOOPDUCK_TOKEN',
  );
  expect(describeCredentials({ ...NONE, impersonate: 'a@b.iam' }, null)).toBe(
    'Application Default Credentials, acting as a@b.iam',
  );
});

test('an access token comes from the environment, and goes into the requests', async () => {
  vi.stubEnv('HOOPDUCK_TOKEN', ` ${TOKEN}\n`);
  const client = await authClientOf({ ...NONE, accessTokenEnv: 'HOOPDUCK_TOKEN' }, null);
  expect((await client.getRequestHeaders()).get('authorization')).toBe(`Bearer ${TOKEN}`);
  expect(withoutSecrets(`it said ${TOKEN} twice: ${TOKEN}`)).toBe(
    'it said [hidden] twice: [hidden]',
  );
});

test('a server without TLS never gets credentials that nobody asked to send', async () => {
  const client = await authClientOf(NONE, 'http://127.0.0.1:9050');
  expect((await client.getRequestHeaders()).get('authorization')).toBe('Bearer none');
});

test.each([
  [
    'an unset variable',
    { ...NONE, accessTokenEnv: 'HOOPDUCK_UNSET' },
    'The environment variable "HOOPDUCK_UNSET" holds no access token.',
  ],
  [
    'a key file that is not there',
    { ...NONE, keyFile: '/nowhere/key.json' },
    'The key file "/nowhere/key.json" cannot be used',
  ],
])('%s is named, with exit 2', async (_, credentials, message) => {
  await expect(authClientOf(credentials, null)).rejects.toMatchObject({
    code: 'CREDENTIALS',
    exitCode: 2,
    message: expect.stringContaining(message),
  });
});

test('a key file and an account to act as give a client that acts as it', async () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const keyFile = join(folder, 'key.json');
  writeFileSync(
    keyFile,
    JSON.stringify({
      type: 'service_account',
      client_email: 'sync@p.iam.gserviceaccount.com',
      private_key: 'made up',
      project_id: 'p',
    }),
  );
  const client = await authClientOf(
    { ...NONE, keyFile, impersonate: 'push@p.iam.gserviceaccount.com' },
    null,
  );
  expect(client.constructor.name).toBe('Impersonated');
});

test.each([
  ['Authorization: Bearer ya29.a0Af_x-1 and more', 'Authorization: Bearer [hidden] and more'],
  ['{"access_token":"abc","x":1}', '{"access_token":"[hidden]","x":1}'],
  ['client_secret=abc&grant_type=x', 'client_secret=[hidden]&grant_type=x'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '[hidden]'],
  ['nothing to hide: refused', 'nothing to hide: refused'],
])('%j loses what looks like a secret', (text, wanted) => {
  expect(withoutSecrets(text)).toBe(wanted);
});
