import type { BackupManifest } from './manifest.ts';

/** Where backups are kept: each under its id, whole or not there. */
export interface BackupStore {
  /** For people. */
  readonly location: string;
  /** The whole ones, oldest first. */
  list(): Promise<readonly BackupManifest[]>;
  /** A folder into which the files of a new backup are put; what an earlier try left there is gone. */
  stage(id: string): Promise<string>;
  /** Makes what was staged a backup; until this has ended there is none of that id. */
  publish(id: string, manifest: BackupManifest): Promise<void>;
  /** Takes away what was staged and not published. */
  abandon(id: string): Promise<void>;
  /** Writes one file of a backup to a path. */
  bring(id: string, path: string, to: string): Promise<void>;
  remove(id: string): Promise<void>;
}
