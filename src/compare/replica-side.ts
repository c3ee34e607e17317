import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { kindOfPath } from '../config/path-kind.ts';
import { CONFIG_FILE } from '../config/workspace.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Side, SideContext, SideKind } from './side.ts';
import { needsWorkspace } from './workspace-needed.ts';

/** The workspace's replica, another replica's file, or that of another workspace's folder. */
export const replicaSide: SideKind = {
  wanted: '"replica", a replica file (*.duckdb), a workspace folder',
  async open(text, context) {
    if (text === 'replica') {
      const { path } = needsWorkspace(text, context).replica;
      return openFile(path, context);
    }
    const path = resolve(context.cwd, text);
    const kind = kindOfPath(path);
    if (kind === 'file' && text.endsWith('.duckdb')) return openFile(path, context);
    if (kind === 'folder' && existsSync(join(path, CONFIG_FILE))) {
      return openFile(loadConfig(path).replica.path, context);
    }
    return undefined;
  },
};

async function openFile(path: string, { engine }: SideContext): Promise<Side> {
  if (!existsSync(path)) {
    throw new HoopduckError('REPLICA_MISSING', `There is no replica at "${path}" yet.`, {
      next: 'Run "hoopduck run" or "hoopduck sync" in its workspace first.',
      exitCode: EXIT.usage,
    });
  }
  let name: string;
  try {
    name = await engine.attach(path);
  } catch (error) {
    throw attachFailure(path, error);
  }
  return {
    label: path,
    tables: () =>
      engine.replica.column<string>(
        `SELECT schema_name || '.' || table_name FROM duckdb_tables()
         WHERE database_name = $name AND NOT internal AND NOT temporary`,
        { name },
      ),
    async relation(table) {
      const sql = `${quoteIdentifier(name)}.${quoteTable(table)}`;
      try {
        await engine.replica.run(`SELECT 1 FROM ${sql} LIMIT 0`);
        return sql;
      } catch (error) {
        if (/^Catalog Error/.test(messageOf(error))) return undefined;
        throw error;
      }
    },
    close: () => engine.replica.run(`DETACH ${quoteIdentifier(name)}`),
  };
}

function attachFailure(path: string, error: unknown): HoopduckError {
  const text = messageOf(error);
  const holder = /held in (.*?) \(PID (\d+)\)/.exec(text);
  if (holder !== null) {
    return new HoopduckError(
      'REPLICA_LOCKED',
      `The replica "${path}" is in use by process ${holder[2]} (${holder[1]}).`,
      {
        next: `Wait for that command to end, or stop it (process ${holder[2]}), then try again.`,
        exitCode: EXIT.refused,
        cause: error,
      },
    );
  }
  return new HoopduckError(
    'SIDE_UNREADABLE',
    `"${path}" cannot be read as a replica: ${text.split('\n')[0]}`,
    { next: 'Name a DuckDB file of this version of DuckDB.', exitCode: EXIT.usage, cause: error },
  );
}
