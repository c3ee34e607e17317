import { statSync } from 'node:fs';

/** What lies at a path; undefined when nothing does, or nothing that can be looked at. */
export function kindOfPath(path: string): 'folder' | 'file' | undefined {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}
