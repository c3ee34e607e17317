import { expect, test } from 'vitest';
import { absentWheels, presentLibraries } from '../../scripts/xgboost-libraries.mjs';
import type { NativeLibrary } from '../../src/train/engines/find-library.ts';

interface PresentLibrary extends NativeLibrary {
  /** A Python whose xgboost is this very library. */
  readonly python?: string;
  /** Folder of libraries that it needs. */
  readonly beside?: string;
}

/** The XGBoost libraries in .emulators/ of this checkout: 1.7 and 3.2, where they are installed. */
export const libraries: readonly PresentLibrary[] = presentLibraries();

// The dynamic linker of a process reads this when it starts, so it counts for the trainers, not here.
const beside = libraries.flatMap((library) => library.beside ?? []);
if (beside.length > 0) process.env['LD_LIBRARY_PATH'] = beside.join(':');

/** Says which libraries the tests of this file go without; with CI=true that is a failure. */
export function testLibrariesAreThere(): void {
  const absent = absentWheels();
  const text =
    `XGBoost ${absent.join(' and ')} not in .emulators/: ` +
    '"node scripts/xgboost-libraries.mjs install" puts them there.';
  const absentHere = absent.length > 0 && process.env['CI'] !== 'true';
  if (absentHere) console.info(`Skipped: ${text}`);
  test.skipIf(absentHere)('the native libraries are there to be tested with', () => {
    if (absent.length > 0) expect.fail(text);
  });
}
