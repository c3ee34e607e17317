import type { HoopduckError } from '../errors.ts';
import type { BackupManifest } from './manifest.ts';

/** Where backups are kept: each under its id, whole or not there. Several workspaces may share one. */
export interface BackupStore {
  /** For people. */
  readonly location: string;
  /**
   * The whole ones of every workspace, oldest first.
   * @param onDamaged told of those whose manifest cannot be read; they are left out
   */
  list(onDamaged?: (id: string, error: HoopduckError) => void): Promise<readonly BackupManifest[]>;
  /**
   * A folder into which the files of a new backup are put; what earlier tries of the same workspace left is gone.
   * @param owner id of the workspace
   */
  stage(id: string, owner: string): Promise<string>;
  /** Makes what was staged a backup; until this has ended there is none of that id. */
  publish(id: string, manifest: BackupManifest): Promise<void>;
  /** Takes away what was staged and not published. */
  abandon(id: string, owner: string): Promise<void>;
  /** Writes one file of a backup to a path. */
  bring(id: string, path: string, to: string): Promise<void>;
  remove(id: string, owner: string): Promise<void>;
}
