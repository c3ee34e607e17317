import type { Replica } from './replica.ts';

/** What a remote table or object held in a state that its warehouse names. */
export interface RemoteListing {
  /** Equal to the present one: the listing still holds. */
  readonly state: string;
  /** JSON. */
  readonly listing: string;
}

/** What is remembered of one item of a location. */
export async function readRemoteListing(
  replica: Replica,
  location: string,
  item: string,
): Promise<RemoteListing | undefined> {
  return replica.row<{ state: string; listing: string }>(
    'SELECT state, listing FROM hoopduck.remote_listing WHERE location = $location AND item = $item',
    { location, item },
  );
}

/** What is remembered of the items of a location whose names begin with a prefix. */
export async function readRemoteListings(
  replica: Replica,
  location: string,
  itemPrefix: string,
): Promise<Map<string, RemoteListing>> {
  const rows = await replica.rows<{ item: string; state: string; listing: string }>(
    `SELECT item, state, listing FROM hoopduck.remote_listing
     WHERE location = $location AND starts_with(item, $itemPrefix)`,
    { location, itemPrefix },
  );
  return new Map(rows.map(({ item, state, listing }) => [item, { state, listing }]));
}

/** Remembers what an item holds in a state; joins the caller's transaction. */
export async function rememberRemoteListing(
  replica: Replica,
  location: string,
  item: string,
  state: string,
  listing: string,
): Promise<void> {
  await forgetRemoteListings(replica, location, [item]);
  await replica.run(
    'INSERT INTO hoopduck.remote_listing VALUES ($location, $item, $state, $listing)',
    { location, item, state, listing },
  );
}

/** Forgets items that are gone. */
export async function forgetRemoteListings(
  replica: Replica,
  location: string,
  items: readonly string[],
): Promise<void> {
  await replica.run(
    `DELETE FROM hoopduck.remote_listing WHERE location = $location
       AND item IN (SELECT unnest(from_json($items, '["VARCHAR"]')))`,
    { location, items: JSON.stringify(items) },
  );
}
