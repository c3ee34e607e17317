import { parse } from 'yaml';
import type { Config } from '../config/config.ts';
import { isRemote, locationLines } from '../config/init-template.ts';
import type { Location } from '../config/location.ts';
import { completeLocation, locationSchema } from '../config/location-schema.ts';
import { kindOfPath } from '../config/path-kind.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { quoteIdentifier } from '../replica/identifiers.ts';
import { SCHEMAS } from '../replica/migrate.ts';
import { unionRelation } from '../replica/relation.ts';
import { openWarehouse, pushTargetMissing } from '../warehouse/open.ts';
import type { FetchedRows, Warehouse } from '../warehouse/warehouse.ts';
import { DATE_COLUMNS } from './date-columns.ts';
import { parquetFolder } from './parquet-side.ts';
import type { Side, SideContext, SideKind } from './side.ts';
import { needsWorkspace } from './workspace-needed.ts';

/** The workspace's warehouse or push target, or a bucket or project by its address. */
export const warehouseSide: SideKind = {
  wanted: '"warehouse", "push", gs://bucket/prefix, bigquery://project/dataset_prefix',
  async open(text, context) {
    if (text === 'warehouse') {
      const { warehouse } = needsWorkspace(text, context);
      if (warehouse.kind === 'folder') checkFolder(warehouse.path);
      return openLocation(warehouse, context);
    }
    if (text === 'push') {
      const config = needsWorkspace(text, context);
      if (config.push === null) throw pushTargetMissing(config.file);
      return openLocation(config.push, context);
    }
    if (!isRemote(text)) return undefined;
    const location = namedLocation(text, context.config);
    return location === undefined ? undefined : openLocation(location, context);
  },
};

/**
 * A location by its address. What an address does not say (credentials, where its jobs run, other servers)
 * is taken from the workspace's location of the same kind, that of the same project or bucket first.
 */
export function namedLocation(text: string, config: Config | null): Location | undefined {
  const lines = locationLines(text);
  if (lines === undefined) return undefined;
  const source = parse(lines.join('\n')) as { kind: 'gcs' | 'bigquery' };
  const checked = locationSchema(source.kind, undefined as never).safeParse(source);
  if (!checked.success) return undefined;
  const named = completeLocation('', checked.data);
  const known = [config?.warehouse, config?.push].filter((each) => each?.kind === named.kind);
  if (named.kind === 'gcs') {
    const buckets = known as (typeof named)[];
    const like = buckets.find(({ bucket }) => bucket === named.bucket) ?? buckets[0];
    return { ...named, ...like, bucket: named.bucket, prefix: named.prefix };
  }
  if (named.kind === 'bigquery') {
    const { project, datasetPrefix } = named;
    const projects = known as (typeof named)[];
    const like = projects.find((each) => each.project === project) ?? projects[0];
    return { ...named, ...like, project, datasetPrefix };
  }
  return named;
}

/** A warehouse must be there; a push target is made at the first push. */
function checkFolder(path: string): void {
  if (kindOfPath(path) === 'folder') return;
  throw new HoopduckError('WAREHOUSE_MISSING', `The warehouse folder "${path}" is not there.`, {
    next: 'Bring the folder back (is its disk mounted?), or correct "warehouse.path" in hoopduck.yaml.',
    exitCode: EXIT.warehouse,
  });
}

async function openLocation(location: Location, context: SideContext): Promise<Side> {
  if (location.kind === 'folder') return parquetFolder(location.path, context.engine);
  const { engine, signal, warn } = context;
  // Without a workspace, so that what is fetched lies in a temporary folder: nobody holds the workspace here.
  const warehouse = await openWarehouse(location, engine.replica, {
    use: 'read',
    stage: 'diff',
    signal,
    warn,
  });
  return new RemoteSide(warehouse, context);
}

/** A warehouse over the network, of which one table at a time is fetched. */
class RemoteSide implements Side {
  readonly label: string;
  readonly #warehouse: Warehouse;
  readonly #context: SideContext;
  #fetched: FetchedRows | undefined;

  constructor(warehouse: Warehouse, context: SideContext) {
    this.label = warehouse.location;
    this.#warehouse = warehouse;
    this.#context = context;
  }

  async tables(): Promise<readonly string[]> {
    const tables: string[] = [];
    for (const dataset of SCHEMAS) {
      for (const name of await this.#warehouse.tables(dataset)) tables.push(`${dataset}.${name}`);
    }
    return tables;
  }

  async relation(table: string): Promise<string | undefined> {
    await this.#release();
    const date = await this.#dateColumn(table);
    if (date === undefined) return undefined;
    const listing = await this.#warehouse.partitions(table, date);
    if (listing === undefined) return undefined;
    if (listing.undatedRows > 0) {
      const { label } = this;
      this.#context.warn(`${table}: ${listing.undatedRows} rows of "${label}" without a date`);
    }
    const { from = '', to = '9999' } = this.#context.range;
    const bounded = this.#context.keyOf(table)?.bounded ?? true;
    const dates = listing.partitions
      .map((partition) => partition.date)
      .filter((each) => !bounded || (each >= from && each <= to));
    this.#fetched = await this.#warehouse.fetch(table, dates);
    await this.#fetched.verify();
    const { relations } = this.#fetched;
    return relations.length === 0 ? this.#noRows(table) : unionRelation(relations);
  }

  async close(): Promise<void> {
    await this.#release();
    await this.#warehouse.close();
  }

  async #release(): Promise<void> {
    await this.#fetched?.release();
    this.#fetched = undefined;
  }

  /** The column by which a warehouse lists and fetches; undefined when there is no such table. */
  async #dateColumn(table: string): Promise<string | undefined> {
    const known = this.#context.keyOf(table)?.date;
    if (known != null) return known;
    const schema = await this.#warehouse.schema(table);
    if (schema === undefined) return undefined;
    const found = DATE_COLUMNS.find((name) =>
      schema.columns.some((column) => column.name === name && column.type === 'DATE'),
    );
    if (found !== undefined) return found;
    throw new HoopduckError(
      'TABLE_UNDATED',
      `"${table}" of "${this.label}" has no DATE column, by which rows are read over the network; one of ${DATE_COLUMNS.map((name) => `"${name}"`).join(', ')} was wanted.`,
      { next: 'Leave the table out.', exitCode: EXIT.usage },
    );
  }

  /** The columns of a table that has no rows on the asked dates. */
  async #noRows(table: string): Promise<string | undefined> {
    const schema = await this.#warehouse.schema(table);
    const nulls = schema?.columns.map(
      ({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`,
    );
    return nulls === undefined ? undefined : `(SELECT ${nulls.join(', ')} WHERE false)`;
  }
}
