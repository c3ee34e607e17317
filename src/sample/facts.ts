import { type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api';

const CHUNK = 2048;

/**
 * Rows of whole numbers, column by column, on their way into DuckDB. Names and codes are numbers
 * here; SQL puts the text to them, so that no text crosses over row by row.
 */
export class Facts {
  readonly table: string;
  readonly columns: readonly string[];
  #data: Int32Array;
  #rows = 0;

  constructor(table: string, columns: readonly string[]) {
    this.table = table;
    this.columns = columns;
    this.#data = new Int32Array(columns.length * 1024);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Adds a row; values in the order of `columns`. */
  add(...values: number[]): void {
    const width = this.columns.length;
    const at = this.#rows * width;
    if (at + width > this.#data.length) {
      const larger = new Int32Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    for (let i = 0; i < width; i++) this.#data[at + i] = values[i]!;
    this.#rows++;
  }

  /** Creates the table in DuckDB with all rows, in order. */
  async store(connection: DuckDBConnection): Promise<void> {
    const width = this.columns.length;
    await connection.run(
      `CREATE TABLE ${this.table} (${this.columns.map((name) => `${name} INTEGER`).join(', ')})`,
    );
    const types = this.columns.map(() => INTEGER);
    const appender = await connection.createAppender(this.table);
    for (let from = 0; from < this.#rows; from += CHUNK) {
      const size = Math.min(CHUNK, this.#rows - from);
      const chunk = DuckDBDataChunk.create(types, size);
      const column: number[] = new Array(size);
      for (let c = 0; c < width; c++) {
        for (let r = 0; r < size; r++) column[r] = this.#data[(from + r) * width + c]!;
        chunk.setColumnValues(c, column);
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
}

/** The facts of a simulated league; the numbers are explained where the tables are made. */
export interface LeagueFacts {
  readonly game: Facts;
  readonly box: Facts;
  readonly shot: Facts;
  readonly report: Facts;
  readonly line: Facts;
  readonly prop: Facts;
}

/** Empty facts. `day`: days since 1970-01-01; `game`, `player`, `team`: their index. */
export function newFacts(): LeagueFacts {
  return {
    game: new Facts('game', [
      'game',
      'season',
      'day',
      'home',
      'away',
      'kind',
      'number',
      'tip',
      'status',
      'neutral',
      'home_score',
      'away_score',
      'overtimes',
    ]),
    box: new Facts('box', [
      'game',
      'player',
      'team',
      'status',
      'reason',
      'seconds',
      'points',
      'fgm',
      'fga',
      'tpm',
      'tpa',
      'ftm',
      'fta',
      'oreb',
      'dreb',
      'assists',
      'steals',
      'blocks',
      'turnovers',
      'fouls',
      'plus_minus',
    ]),
    shot: new Facts('shot', [
      'game',
      'sequence',
      'period',
      'clock',
      'player',
      'team',
      'subtype',
      'made',
      'three',
      'distance',
      'x',
      'y',
      'role',
      'player2',
      'team2',
    ]),
    report: new Facts('report', ['day', 'game', 'team', 'player', 'status', 'reason']),
    line: new Facts('line', ['game', 'book', 'minutes', 'spread2', 'total2']),
    prop: new Facts('prop', ['game', 'player', 'book', 'minutes', 'line2']),
  };
}
