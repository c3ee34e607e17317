import { Storage } from '@google-cloud/storage';
import type { AuthClient } from 'google-auth-library';

/** Tries of one call after passing faults; the client waits longer each time, and between half and whole. */
const RETRIES = 5;

/**
 * A client of GCS.
 * @param endpoint base address of another server than Google's
 * @param seconds how long a call with its tries may take
 */
export function openStorage(auth: AuthClient, endpoint: string | null, seconds: number): Storage {
  return new Storage({
    projectId: 'unused', // of buckets that are listed or made, which we never do
    authClient: plainAuth(auth) as never,
    // The client sends no token to another server than Google's unless it is told to.
    ...(endpoint !== null && { apiEndpoint: endpoint, useAuthWithCustomEndpoint: true }),
    retryOptions: {
      autoRetry: true,
      maxRetries: RETRIES,
      retryDelayMultiplier: 2,
      maxRetryDelay: Math.min(16, seconds / 4),
      totalTimeout: seconds,
    },
  });
}

/**
 * The client of GCS is of a generation that reads headers as plain objects; ours of `fetch` gives them as
 * Headers. Without this its requests would carry no token at all.
 */
function plainAuth(auth: AuthClient): object {
  return {
    getAccessToken: () => auth.getAccessToken(),
    getRequestHeaders: async (url?: string) => plain(await auth.getRequestHeaders(url)),
    request: async (options: { headers?: Record<string, string> }) => {
      const answer = await auth.request(options as never);
      const { data, status, statusText, config } = answer;
      return { data, status, statusText, config, headers: plain(answer.headers) };
    },
  };
}

function plain(headers: Headers): Record<string, string> {
  return Object.fromEntries(headers.entries());
}
