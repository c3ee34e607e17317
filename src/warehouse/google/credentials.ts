import { type AuthClient, GoogleAuth, Impersonated, OAuth2Client } from 'google-auth-library';
import type { CredentialsConfig } from '../../config/location.ts';
import { EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { hideSecret } from '../../redact.ts';

/** What to ask for: everything of BigQuery and of objects; roles bound what an account may do. */
export const SCOPES = [
  'https://www.googleapis.com/auth/bigquery',
  'https://www.googleapis.com/auth/devstorage.read_write',
] as const;

const IMPERSONATED_SECONDS = 3600;

/** No server of Google's takes it: it is for servers without TLS, which ask for none. */
const NO_TOKEN_NEEDED = 'none';

/**
 * The client that signs requests, by what the configuration names: an access token from the environment,
 * a key file, or Application Default Credentials; each may act as another service account. A server
 * without TLS that has no credentials configured gets a token that means nothing, so that real ones never travel in the clear.
 * @throws HoopduckError CREDENTIALS (exit 2) that names what was looked for
 */
export async function authClientOf(
  credentials: CredentialsConfig,
  endpoint: string | null,
): Promise<AuthClient> {
  const { keyFile, impersonate, accessTokenEnv } = credentials;
  if (isPlain(endpoint) && keyFile === null && impersonate === null && accessTokenEnv === null) {
    return withToken(NO_TOKEN_NEEDED);
  }
  const source = await sourceClient(credentials);
  if (impersonate === null) return source;
  return new Impersonated({
    sourceClient: source,
    targetPrincipal: impersonate,
    targetScopes: [...SCOPES],
    lifetime: IMPERSONATED_SECONDS,
    delegates: [],
  });
}

/** Which credentials are in use, for people; never the secret itself. */
export function describeCredentials(
  credentials: CredentialsConfig,
  endpoint: string | null,
): string {
  const { keyFile, impersonate, accessTokenEnv } = credentials;
  const own =
    accessTokenEnv !== null
      ? `the access token in $${accessTokenEnv}`
      : keyFile !== null
        ? `the key file "${keyFile}"`
        : isPlain(endpoint) && impersonate === null
          ? 'none: the server has no TLS'
          : 'Application Default Credentials';
  return impersonate === null ? own : `${own}, acting as ${impersonate}`;
}

async function sourceClient({ keyFile, accessTokenEnv }: CredentialsConfig): Promise<AuthClient> {
  if (accessTokenEnv !== null) {
    const token = process.env[accessTokenEnv];
    if (token === undefined || token.trim() === '') {
      throw failure(`The environment variable "${accessTokenEnv}" holds no access token.`);
    }
    hideSecret(token.trim());
    return withToken(token.trim());
  }
  try {
    const auth = new GoogleAuth({
      scopes: [...SCOPES],
      ...(keyFile !== null && { keyFile }),
    });
    return await auth.getClient();
  } catch (error) {
    const what =
      keyFile === null
        ? 'There are no Application Default Credentials on this machine'
        : `The key file "${keyFile}" cannot be used`;
    throw failure(`${what}: ${messageOf(error).split('\n')[0]}`);
  }
}

function withToken(token: string): OAuth2Client {
  const client = new OAuth2Client();
  // The library asks for a new token when one is about to expire; this one has no other.
  client.setCredentials({ access_token: token, expiry_date: Date.UTC(2100, 0, 1) });
  return client;
}

function failure(message: string): HoopduckError {
  return new HoopduckError('CREDENTIALS', message, {
    next: 'Run "gcloud auth application-default login", or name "credentials" in hoopduck.yaml; "hoopduck doctor" says which are in use.',
    exitCode: EXIT.usage,
  });
}

function isPlain(endpoint: string | null): boolean {
  return endpoint?.startsWith('http://') === true;
}
