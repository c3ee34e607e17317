import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSample } from '../../../src/sample/sample.ts';
import { editWarehouse } from '../../pipeline/support/edit.ts';
import { hoopduck } from '../../support/cli.ts';

/** A command on a workspace as it is before it. */
export interface Scenario {
  readonly name: string;
  readonly args: readonly string[];
  /** Its share of the kills, against the others'. */
  readonly weight: number;
  /** The same in a short campaign; 0: it takes too long for one. */
  readonly short: number;
}

/** Every command that writes, from where it finds much to do. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'first sync', args: ['sync'], weight: 18, short: 0 },
  { name: 'sync of a restated night', args: ['sync'], weight: 16, short: 15 },
  { name: 'first transform', args: ['transform'], weight: 5, short: 0 },
  { name: 'transform of a restated night', args: ['transform'], weight: 11, short: 0 },
  { name: 'train', args: ['train'], weight: 12, short: 3 },
  { name: 'predict', args: ['predict'], weight: 6, short: 0 },
  { name: 'push', args: ['push'], weight: 16, short: 3 },
  { name: 'backup', args: ['backup'], weight: 13, short: 16 },
  { name: 'restore', args: ['restore', '--replace'], weight: 12, short: 3 },
  { name: 'reproduce', args: ['reproduce', 'last'], weight: 2, short: 0 },
];

/** Two nights late in the league, on which the warehouse changes. */
const RESTATED = '2024-11-13';
const COME_LATER = '2024-11-18';

const settings = (warehouse: string, backUpBefore: boolean) => `warehouse:
  path: ${warehouse}
push:
  path: production
backup:
  automatic: ${backUpBefore}
train:
  features: seed-21
  engine: wasm
  rounds: 5
  averaged_seeds: 1
`;

/** Scenarios that read the warehouse as it was. */
const OLDER = ['backup', 'reproduce'];

/**
 * The workspaces in which the commands begin. All are run at one place, because a ledger names its push target by its path;
 * where nothing was pushed yet they can be run anywhere.
 */
export class Starts {
  readonly workspace: string;
  readonly warehouse: string;
  readonly #root: string;

  /**
   * @param root where `makeAll` or `makeFew` has made them
   * @param workspace where the commands run
   */
  constructor(root: string, workspace: string) {
    this.#root = root;
    this.workspace = workspace;
    this.warehouse = join(root, 'warehouse');
  }

  /** Makes the league and takes it from command to command, keeping a copy before each. */
  async makeAll(): Promise<void> {
    await this.#makeWarehouses();
    this.#configure('warehouse');
    this.#keep('first sync');
    this.#do('sync');
    this.#keep('first transform');
    rmSync(join(this.workspace, 'data'), { recursive: true });
    this.#configure('older');
    this.#do('run', '--push');
    this.#keep('reproduce', 'backup');
    this.#do('backup');
    this.#configure('warehouse');
    this.#keep('sync of a restated night');
    this.#do('sync');
    this.#keep('transform of a restated night');
    this.#do('transform');
    this.#do('validate');
    this.#keep('train');
    this.#do('train');
    this.#keep('predict');
    this.#do('predict');
    this.#keep('restore', 'push');
  }

  /** The same at a quarter of the cost: one run, before which nothing was pushed, and after which commands find less to do. */
  async makeFew(): Promise<void> {
    await this.#makeWarehouses();
    this.#configure('older');
    this.#do('run');
    this.#keep('backup', 'train', 'push', 'sync of a restated night');
    this.#do('backup');
    this.#keep('restore');
  }

  /** Puts the workspace as it is before a scenario. */
  put({ name }: Pick<Scenario, 'name'>): void {
    rmSync(this.workspace, { recursive: true, force: true });
    cpSync(this.#place(name), this.workspace, { recursive: true });
    this.#configure(OLDER.includes(name) ? 'older' : 'warehouse', name === 'push');
  }

  async #makeWarehouses(): Promise<void> {
    await writeSample(this.warehouse, { seasons: 1, days: 30, seed: 7 });
    await makeOlder(this.#root);
  }

  #configure(warehouse: string, backUpBefore = false): void {
    mkdirSync(this.workspace, { recursive: true });
    const text = settings(join(this.#root, warehouse), backUpBefore);
    writeFileSync(join(this.workspace, 'hoopduck.yaml'), text);
  }

  #do(...args: string[]): void {
    const { code, stderr } = hoopduck(args, { cwd: this.workspace });
    if (code !== 0) throw new Error(`hoopduck ${args.join(' ')} ended with ${code}: ${stderr}`);
  }

  #keep(...names: string[]): void {
    for (const name of names) cpSync(this.workspace, this.#place(name), { recursive: true });
  }

  #place(name: string): string {
    return join(this.#root, 'starts', name);
  }
}

/** The warehouse as it was: a night had other assists, another had no plays and no lines yet. */
async function makeOlder(root: string): Promise<void> {
  const older = join(root, 'older');
  cpSync(join(root, 'warehouse'), older, { recursive: true });
  const [box, plays, lines] = [
    'nbac_gamebook_player_stats',
    'bigdataball_play_by_play',
    'odds_api_player_points_props',
  ];
  await editWarehouse(
    older,
    [box!, plays!, lines!],
    [
      `UPDATE ${box} SET assists = assists + 1 WHERE game_date = '${RESTATED}'`,
      `DELETE FROM ${plays} WHERE game_date = '${COME_LATER}'`,
      `DELETE FROM ${lines} WHERE game_date = '${COME_LATER}'`,
    ],
  );
}
