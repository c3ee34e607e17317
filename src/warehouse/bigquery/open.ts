import { type BigQueryLocation, locationName } from '../../config/location.ts';
import { messageOf } from '../../errors.ts';
import { readRemoteListing, rememberRemoteListing } from '../../replica/remote-listing.ts';
import type { Replica } from '../../replica/replica.ts';
import { authClientOf } from '../google/credentials.ts';
import type { OpenOptions } from '../open.ts';
import { Abilities } from './abilities.ts';
import { BigQueryWarehouse } from './bigquery.ts';
import { BigQueryClient } from './client.ts';
import { BigQueryEngine, type EnginePlaces } from './compute/engine.ts';
import type { BigQueryContext, RememberedCounts } from './context.ts';
import { Jobs } from './jobs.ts';
import { PartitionsView } from './partitions-view.ts';
import type { StorageReader } from './read/storage.ts';
import { Tables } from './tables.ts';

/**
 * Opens a project of BigQuery. Nothing is asked of the server yet.
 * @throws HoopduckError CREDENTIALS (exit 2)
 */
export async function openBigQuery(
  location: BigQueryLocation,
  replica: Replica,
  options: OpenOptions,
): Promise<BigQueryWarehouse> {
  const { context, close } = await openContext(location, replica, options);
  return new BigQueryWarehouse(context, close);
}

/**
 * Opens BigQuery's own engine: raw tables of one location, results into another one.
 * @throws HoopduckError CREDENTIALS (exit 2)
 */
export async function openBigQueryEngine(
  places: EnginePlaces,
  replica: Replica,
  options: OpenOptions & { readonly runId: string },
): Promise<BigQueryEngine> {
  const { context, close } = await openContext(places.to, replica, options);
  return new BigQueryEngine(context, places, options.runId, close);
}

async function openContext(
  location: BigQueryLocation,
  replica: Replica,
  options: OpenOptions,
): Promise<{ context: BigQueryContext; close: () => Promise<void> }> {
  const auth = await authClientOf(location.credentials, location.endpoints.rest);
  const client = new BigQueryClient(location, auth);
  const name = locationName(location);
  const jobs = new Jobs(client, options);
  const abilities = new Abilities();
  if (location.endpoints.rest !== null && location.endpoints.storageRead === null) {
    abilities.note('Storage Read', false, 'no "endpoints.storage_read" is configured');
  }
  let reader: Promise<StorageReader> | undefined;
  const context: BigQueryContext = {
    location,
    replica,
    auth,
    client,
    jobs,
    tables: new Tables(client),
    partitionsView: new PartitionsView(jobs),
    abilities,
    storageRead: () => {
      reader ??= import('./read/storage.ts').then(({ openStorageReader }) =>
        // What a push has begun to compare is finished; a read for the replica leaves nothing half done.
        openStorageReader(location, auth, options.use === 'read' ? options.signal : undefined),
      );
      return reader;
    },
    remember: options.use === 'read' ? rememberIn(replica, name) : FORGETFUL,
    workspace: options.workspace,
    backupDays: options.backupDays ?? 0,
    warn: options.warn ?? (() => undefined),
    now: options.now ?? (() => new Date()),
  };
  return { context, close: async () => (await reader)?.close() };
}

/** Of what we write ourselves nothing is remembered: a server may not keep the time of our own changes. */
const FORGETFUL: RememberedCounts = {
  read: async () => undefined,
  write: async () => undefined,
};

function rememberIn(replica: Replica, location: string): RememberedCounts {
  return {
    async read(item, state) {
      const known = await readRemoteListing(replica, location, item).catch(() => undefined);
      return known?.state === state
        ? (JSON.parse(known.listing) as (string | null)[][])
        : undefined;
    },
    async write(item, state, rows) {
      try {
        await rememberRemoteListing(replica, location, item, state, JSON.stringify(rows));
      } catch (error) {
        // A replica that is open for reading only, or has no ledger, is asked to remember in vain.
        if (!/read-only|does not exist/i.test(messageOf(error))) throw error;
      }
    },
  };
}
