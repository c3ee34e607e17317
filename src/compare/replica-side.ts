import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { kindOfPath } from '../config/path-kind.ts';
import { CONFIG_FILE } from '../config/workspace.ts';
import { messageOf } from '../errors.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import { attachReplica } from './attach-replica.ts';
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
  const name = await attachReplica(path, engine);
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
