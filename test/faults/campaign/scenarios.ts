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
}

/** Every command that writes, from where it finds much to do. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'sync, the first', args: ['sync'], weight: 18 },
  { name: 'sync, a night restated', args: ['sync'], weight: 16 },
  { name: 'transform, the first', args: ['transform'], weight: 5 },
  { name: 'transform, a night restated', args: ['transform'], weight: 11 },
  { name: 'train', args: ['train'], weight: 12 },
  { name: 'predict', args: ['predict'], weight: 6 },
  { name: 'push', args: ['push'], weight: 16 },
  { name: 'backup', args: ['backup'], weight: 13 },
  { name: 'restore', args: ['restore', '--replace'], weight: 12 },
  { name: 'reproduce', args: ['reproduce', 'last'], weight: 2 },
];

/** Two nights late in the league, on which the warehouse changes. */
const RESTATED = '2024-11-13';
const COME_LATER = '2024-11-18';

const settings = (warehouse: string, backUpBefore: boolean) => `warehouse:
  path: ../${warehouse}
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

/** The workspaces in which the commands begin. All are run at one place, because a ledger names its push target by its path. */
export class Starts {
  readonly workspace: string;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.workspace = join(root, 'workspace');
  }

  /**
   * Makes the league and takes it from command to command, keeping a copy before each.
   * @param wanted names of scenarios; what none of them needs is not made
   */
  static async make(root: string, wanted: ReadonlySet<string>): Promise<Starts> {
    const starts = new Starts(root);
    await writeSample(join(root, 'warehouse'), { seasons: 1, days: 30, seed: 7 });
    await makeOlder(root);
    starts.#configure('warehouse');
    starts.#keep('sync, the first');
    if (wanted.has('transform, the first')) {
      starts.#do('sync');
      starts.#keep('transform, the first');
      rmSync(join(starts.workspace, 'data'), { recursive: true });
    }
    starts.#configure('older');
    starts.#do('run', '--push');
    starts.#keep('reproduce');
    starts.#keep('backup');
    starts.#do('backup');
    starts.#configure('warehouse');
    starts.#keep('sync, a night restated');
    starts.#do('sync');
    starts.#keep('transform, a night restated');
    starts.#do('transform');
    starts.#do('validate');
    starts.#keep('train');
    starts.#do('train');
    starts.#keep('predict');
    starts.#do('predict');
    starts.#keep('restore');
    starts.#configure('warehouse', true);
    starts.#keep('push');
    return starts;
  }

  /** Puts the workspace as it is before a scenario. */
  put({ name }: Scenario): void {
    rmSync(this.workspace, { recursive: true, force: true });
    cpSync(this.#place(name), this.workspace, { recursive: true });
  }

  #configure(warehouse: string, backUpBefore = false): void {
    mkdirSync(this.workspace, { recursive: true });
    writeFileSync(join(this.workspace, 'hoopduck.yaml'), settings(warehouse, backUpBefore));
  }

  #do(...args: string[]): void {
    const { code, stderr } = hoopduck(args, { cwd: this.workspace });
    if (code !== 0) throw new Error(`hoopduck ${args.join(' ')} ended with ${code}: ${stderr}`);
  }

  #keep(name: string): void {
    cpSync(this.workspace, this.#place(name), { recursive: true });
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
