import { FEATURE_TABLES, WORKSPACE_FEATURES } from '../config/feature-tables.ts';
import type { DrawnModel } from './graph-svg.ts';

/** The layers of a drawing, from what was found to what is trained on. */
export const LAYERS = ['raw', 'staging', 'analytics', 'precompute', 'features'] as const;

/** Where a table stands: its layer, and how many tables of that layer lead to it. */
export interface Place {
  readonly layer: number;
  readonly step: number;
}

/**
 * The place of each table that models read or make. Models come in build order. A layer is never above what the
 * table reads, so that all arrows run down.
 */
export function placeTables(models: readonly DrawnModel[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const { table, reads } of models) {
    for (const read of reads) {
      if (!places.has(read.table)) places.set(read.table, { layer: 0, step: 0 });
    }
    const inputs = reads.map((read) => places.get(read.table)!);
    const after = Math.max(1, ...inputs.map((input) => input.layer));
    const layer = Math.max(ownLayer(table), isHelper(table) && after === 2 ? 3 : after);
    const before = inputs.filter((input) => input.layer === layer).map((input) => input.step + 1);
    places.set(table, { layer, step: Math.max(0, ...before) });
  }
  return places;
}

/** Helpers in `hoopduck` are staging; those that read analytics belong to what precompute is made of. */
function isHelper(table: string): boolean {
  return table.startsWith('hoopduck.');
}

function ownLayer(table: string): number {
  if ([...Object.values(FEATURE_TABLES), WORKSPACE_FEATURES].includes(table)) return 4;
  if (table.startsWith('nba_precompute.')) return 3;
  return table.startsWith('nba_analytics.') ? 2 : 1;
}
