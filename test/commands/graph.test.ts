import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const REBOUNDS = `-- Rebounds of a player's last games.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date), hoopduck.player_timeline (last 10 rows of player_key; season)
SELECT e.game_date, e.player_lookup, t.rebounds
FROM hoopduck.player_experience AS e
JOIN hoopduck.player_timeline AS t ON t.player_key = e.player_key
WHERE e.game_date BETWEEN @from_date AND @to_date
`;

/** A workspace without a replica that has one model of its own. */
function workspace(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'warehouse', 'nba_raw'), { recursive: true });
  mkdirSync(join(folder, 'models', 'nba_precompute'), { recursive: true });
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  path: warehouse\n');
  writeFileSync(join(folder, 'models', 'nba_precompute', 'rebounds.sql'), REBOUNDS);
  return folder;
}

interface GraphDocument {
  readonly table: string | null;
  readonly models: readonly {
    readonly table: string;
    readonly reads: readonly { readonly table: string }[];
    readonly read_by: readonly string[];
  }[];
  readonly raw_tables: readonly { readonly table: string; readonly read_by: readonly string[] }[];
}

function document(folder: string, ...args: readonly string[]): GraphDocument {
  return JSON.parse(hoopduck(['-C', folder, 'graph', ...args, '--json']).stdout) as GraphDocument;
}

test('--json lists every model with what it reads, how far back, and what reads it', () => {
  const all = document(workspace());
  expect(all).toMatchObject({ ok: true, exit_code: 0, command: 'graph', error: null, svg: null });
  expect(all.models.find(({ table }) => table === 'nba_precompute.rebounds')).toEqual({
    table: 'nba_precompute.rebounds',
    origin: 'workspace',
    file: 'models/nba_precompute/rebounds.sql',
    description: "Rebounds of a player's last games.",
    key: ['game_date', 'player_lookup'],
    partition: 'game_date',
    spine: 'hoopduck.player_experience',
    reads: [
      { table: 'hoopduck.player_experience', reaches: ['same date'] },
      { table: 'hoopduck.player_timeline', reaches: ['last 10 rows of player_key', 'season'] },
    ],
    read_by: [],
  });
  const read = all.models.flatMap((m) => m.reads.map(({ table }) => `${m.table} ${table}`));
  const reading = [...all.models, ...all.raw_tables].flatMap((m) =>
    m.read_by.map((reader) => `${reader} ${m.table}`),
  );
  expect(reading.sort()).toEqual(read.sort());
});

test('the tree names every model, writes what each reads once, and marks what is yours', () => {
  const folder = workspace();
  const { stdout } = hoopduck(['-C', folder, 'graph']);
  for (const { table } of document(folder).models) expect(stdout).toContain(table);
  expect(stdout).toContain(`nba_precompute.rebounds yours
├─ hoopduck.player_experience  same date (above)
└─ hoopduck.player_timeline  last 10 rows of player_key; season (above)
`);
  expect(stdout.match(/─ hoopduck\.stg_game {2}same date\n/g)).toHaveLength(1);
  expect(stdout).toContain('1 of the models is yours.');
});

test('one table shows what it is, what it reads and what reads it; its dataset may be left out', () => {
  const folder = workspace();
  const { stdout, code } = hoopduck(['-C', folder, 'graph', 'coming_game']);
  expect(code).toBe(0);
  expect(stdout).toContain('key        game_date');
  expect(stdout).toContain(`
Reads
└─ hoopduck.stg_team_game  same date
   └─ hoopduck.stg_game  same date
      ├─ nba_raw.nbac_schedule  any date
      └─ hoopduck.stg_team_code  any date

Is read by
└─ hoopduck.coming_player  same date
   └─ hoopduck.population  same date
`);
  const part = document(folder, 'hoopduck.coming_game');
  expect(part.table).toBe('hoopduck.coming_game');
  expect(part.raw_tables.map(({ table }) => table)).toEqual(['nba_raw.nbac_schedule']);
  const tables = part.models.map(({ table }) => table);
  expect(tables).toContain('nba_precompute.rebounds');
  expect(tables).not.toContain('hoopduck.stg_gamebook');
});

test('a raw table has readers and reads nothing', () => {
  const { stdout } = hoopduck(['-C', workspace(), 'graph', 'nba_raw.odds_api_game_lines']);
  expect(stdout).toBe(`nba_raw.odds_api_game_lines
A raw table: sync brings it from the warehouse as it is.

Is read by
└─ hoopduck.stg_game_line  same date
   ├─ nba_precompute.player_game_context  same date
   │  ├─ hoopduck.feature_default  same date
   │  ├─ nba_precompute.player_composite_factors  same date
   │  │  └─ hoopduck.feature_seed_21  same date
   │  └─ hoopduck.feature_seed_21  same date
   └─ hoopduck.feature_default  same date
`);
});

test('an unknown table is a usage error that names the one that was meant', () => {
  const folder = workspace();
  const { code, stderr } = hoopduck(['-C', folder, 'graph', 'nba_precompute.rebound']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'error[TABLE_UNKNOWN]: There is no table "nba_precompute.rebound" among the models. Did you mean "nba_precompute.rebounds"?',
  );
  expect(hoopduck(['-C', folder, 'graph', 'stg_gane']).stderr).toContain(
    'Did you mean "stg_game"?',
  );
});

test('--svg writes the drawing beside the caller, of one table only what concerns it', () => {
  const folder = workspace();
  const args = ['-C', folder, 'graph', 'coming_game', '--svg', 'graph.svg'];
  const { code, stdout } = hoopduck(args, { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toContain('Drawn in ');
  const svg = readFileSync(join(folder, 'graph.svg'), 'utf8');
  expect(svg).toContain('hoopduck.coming_player reads hoopduck.coming_game: same date');
  expect(svg).toContain('(yours)');
  expect(svg).not.toContain('stg_gamebook');
});

test('a drawing that cannot be written is a usage error that names the file', () => {
  const folder = workspace();
  const file = join(folder, 'missing', 'graph.svg');
  const { code, stderr } = hoopduck(['-C', folder, 'graph', '--svg', file]);
  expect(code).toBe(2);
  expect(stderr).toContain(`error[SVG_UNWRITABLE]: "${file}" cannot be written`);
});
