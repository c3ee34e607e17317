import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** An empty folder that goes away when the file's tests have ended. */
export function lastingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
