import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const WANTED_BYTES = 4 * 1024 ** 3;

/**
 * Where the tests of this run have their temporary folders: in memory where there is room, as a build commits a
 * hundred times and waits for a disk each time. What is proven does not depend on it: a process that is killed
 * leaves behind in memory what it leaves on a disk.
 */
export const memoryFolder = hasRoom() ? join(MEMORY, `hoopduck-test-${process.pid}`) : tmpdir();

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > WANTED_BYTES;
  } catch {
    return false;
  }
}
