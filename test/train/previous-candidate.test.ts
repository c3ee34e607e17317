import { expect, onTestFinished, test } from 'vitest';
import { previousLines } from '../../src/commands/train-text.ts';
import { plainStyle } from '../../src/console/style.ts';
import { Replica } from '../../src/replica/replica.ts';
import { previousCandidate } from '../../src/train/previous-candidate.ts';
import { registerModel } from '../../src/train/registry.ts';
import type { TrainingReport } from '../../src/train/training-report.ts';

/** Trains models one after the other, each judged on its test rows; what is said of the candidate before the last. */
async function before(...trained: readonly { mae: number; from?: string; forced?: boolean }[]) {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  let report: TrainingReport | undefined;
  for (const [i, { mae, from = '2024-01-01', forced = false }] of trained.entries()) {
    const modelId = `points-${i + 1}`;
    report = {
      model_id: modelId,
      parts: { test: { from, to: '2024-04-30', n: 100 } },
      test: { compared: { n: 90, model_mae: mae } },
    } as TrainingReport;
    const model = {
      ...{ modelId, engine: 'wasm', featureSet: 'default', inputDigest: modelId },
      ...{ status: forced ? ('forced' as const) : ('evaluated' as const), training: report },
      artefact: `data/models/${modelId}`,
    };
    await registerModel(replica, `run-${i + 1}`, model, new Date(Date.UTC(2024, 5, i + 1)));
  }
  return previousCandidate(replica, report!);
}

test('a candidate that is worse than the one before on the same rows says so', async () => {
  const previous = await before({ mae: 4.25 }, { mae: 4.5 });
  expect(previous).toEqual({ model_id: 'points-1', mae: 4.25, change: 0.25 });
  expect(previousLines(previous, plainStyle)).toEqual([
    'Previous candidate points-1 on the same test rows: MAE 4.250; this one is 0.250 points worse.',
  ]);
});

test('a closer one says so, too; a forced one is held against the candidate that stays', async () => {
  const previous = await before({ mae: 4.5 }, { mae: 4.25 });
  expect(previousLines(previous, plainStyle)).toEqual([
    'Previous candidate points-1 on the same test rows: MAE 4.500; this one is 0.250 points closer.',
  ]);
  expect(await before({ mae: 4.5 }, { mae: 4.75, forced: true })).toMatchObject({
    model_id: 'points-1',
    change: 0.25,
  });
});

test('the first model has none before it, and one of other test rows does not compare', async () => {
  expect(await before({ mae: 4.5 })).toBeNull();
  expect(await before({ mae: 4.5 }, { mae: 4.6, from: '2024-02-01' })).toBeNull();
});
