import { writeFileSync } from 'node:fs';
import { pushStage } from '../../../src/push/push.ts';
import { diskFiles, type FolderFiles } from '../../../src/warehouse/folder/files.ts';
import { FolderWarehouse } from '../../../src/warehouse/folder/folder.ts';
import type { World } from './world.ts';

/**
 * Pushes and dies at the given step, counted over every touch of the file system and every statement
 * in the replica: from then on nothing is done any more, as after SIGKILL. A file that is being written
 * at that moment is left half written.
 * @returns whether each step that was taken changed something, and whether it died
 */
export async function killedPush(
  world: World,
  killAt: number,
): Promise<{ writes: boolean[]; died: boolean }> {
  const writes: boolean[] = [];
  let died = false;
  const step = (isWrite: boolean, sql?: string) => {
    if (sql === 'ROLLBACK') return;
    if (!died && writes.length < killAt) {
      writes.push(isWrite);
      return;
    }
    const half = /^COPY [\s\S]* TO '([^']+)' \(FORMAT/.exec(sql ?? '');
    if (!died && half !== null) writeFileSync(half[1]!, 'PAR1half of it');
    died = true;
    throw new Error(`killed at step ${killAt}`);
  };
  const files: FolderFiles = { ...diskFiles };
  for (const name of Object.keys(diskFiles) as (keyof FolderFiles)[]) {
    const real = diskFiles[name] as (...args: string[]) => Promise<unknown>;
    Object.assign(files, {
      [name]: async (...args: string[]) => {
        step(['makeFolder', 'replace', 'remove'].includes(name));
        return real(...args);
      },
    });
  }
  const { replica } = world;
  const run = replica.run.bind(replica);
  const rows = replica.rows.bind(replica);
  Object.assign(replica, {
    run: async (...args: Parameters<typeof run>) => {
      step(true, args[0]);
      return run(...args);
    },
    rows: async (...args: Parameters<typeof rows>) => {
      step(false);
      return rows(...args);
    },
  });
  try {
    const warehouse = new FolderWarehouse(world.target, replica, { mayBeAbsent: true, files });
    await pushStage(world.ctx, { warehouse });
    return { writes, died };
  } catch (error) {
    if (!died) throw error;
    return { writes, died };
  } finally {
    Reflect.deleteProperty(replica, 'run');
    Reflect.deleteProperty(replica, 'rows');
  }
}
