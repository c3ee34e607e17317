import { basename, join, relative, sep } from 'node:path';
import { messageOf } from '../../errors.ts';
import {
  forgetRemoteListings,
  type RemoteListing,
  readRemoteListings,
  rememberRemoteListing,
} from '../../replica/remote-listing.ts';
import type { Replica } from '../../replica/replica.ts';
import type { FileMemory } from '../folder/folder.ts';
import type { TableFile } from '../folder/listing.ts';
import type { Column } from '../warehouse.ts';

/** What is remembered of one object. */
interface Remembered {
  /** The partition column whose dates are counted. */
  readonly column: string;
  readonly rows: readonly (readonly [date: string, rows: number])[];
  readonly undatedRows: number;
  readonly columns: readonly Column[];
}

/**
 * What objects held in a state, in the replica: an object that did not change is not downloaded again to be
 * counted, though the mirror may be gone. A replica that cannot be written remembers nothing.
 */
export class ObjectMemory implements FileMemory {
  readonly #replica: Replica;
  readonly #location: string;
  readonly #root: string;

  constructor(replica: Replica, location: string, root: string) {
    this.#replica = replica;
    this.#location = location;
    this.#root = root;
  }

  async recall(folder: string, partitionColumn: string): Promise<Map<string, TableFile>> {
    const files = new Map<string, TableFile>();
    for (const [item, { state, listing }] of await this.#read(folder)) {
      const { column, rows, undatedRows, columns } = JSON.parse(listing) as Remembered;
      if (column !== partitionColumn) continue;
      const path = join(folder, item.slice(item.lastIndexOf('/') + 1));
      files.set(path, { path, token: state, rows: new Map(rows), undatedRows, columns });
    }
    return files;
  }

  async remember(
    folder: string,
    partitionColumn: string,
    files: readonly TableFile[],
  ): Promise<void> {
    const before = await this.#read(folder);
    const now = new Map(
      files.map((file) => [
        this.#item(folder, basename(file.path)),
        asListing(file, partitionColumn),
      ]),
    );
    const gone = [...before.keys()].filter((item) => !now.has(item));
    try {
      await this.#replica.transaction(async () => {
        if (gone.length > 0) await forgetRemoteListings(this.#replica, this.#location, gone);
        for (const [item, { state, listing }] of now) {
          const known = before.get(item);
          if (known?.state === state && known.listing === listing) continue;
          await rememberRemoteListing(this.#replica, this.#location, item, state, listing);
        }
      });
    } catch (error) {
      if (!cannotRemember(error)) throw error;
    }
  }

  async #read(folder: string): Promise<Map<string, RemoteListing>> {
    try {
      return await readRemoteListings(this.#replica, this.#location, this.#item(folder, ''));
    } catch (error) {
      if (!cannotRemember(error)) throw error;
      return new Map();
    }
  }

  /** `nba_raw.nbac_schedule/2024-25.parquet` */
  #item(folder: string, name: string): string {
    return `${relative(this.#root, folder).split(sep).join('.')}/${name}`;
  }
}

function asListing(file: TableFile, column: string): RemoteListing {
  const { token, rows, undatedRows, columns = [] } = file;
  const remembered: Remembered = { column, rows: [...rows], undatedRows, columns };
  return { state: token, listing: JSON.stringify(remembered) };
}

/** A replica that is open for reading only, or has no ledger. */
function cannotRemember(error: unknown): boolean {
  return /read-only|does not exist/i.test(messageOf(error));
}
