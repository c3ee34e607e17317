import { expect, test } from 'vitest';
import { Progress } from '../../src/console/progress.ts';
import { plainStyle } from '../../src/console/style.ts';

function recorder(live: boolean) {
  let now = 0;
  let written = '';
  const progress = new Progress({
    style: { ...plainStyle, width: 60 },
    live,
    write: (text) => {
      written += text;
    },
    clock: () => now,
  });
  return {
    progress,
    after: (ms: number) => {
      now += ms;
    },
    written: () => written,
  };
}

test('in a pipe a part is told once, when it ends', () => {
  const { progress, after, written } = recorder(false);
  progress.tick('sync', 0, 9);
  after(2_000);
  progress.tick('sync', 5, 9);
  after(2_000);
  progress.tick('sync', 9, 9);
  expect(written()).toBe('sync: 9 of 9 in 4.0 s\n');
});

test('in a pipe a long part is told every 15 seconds, with rate and time left', () => {
  const { progress, after, written } = recorder(false);
  progress.tick('train', 0, 340);
  after(15_000);
  progress.tick('train', 100, 340);
  after(1_000);
  progress.tick('train', 110, 340);
  expect(written()).toBe('train: 100 of 340 (29%), 6.7/s, 36 s left\n');
});

test('a label whose first word stays goes on with the same part', () => {
  const { progress, written } = recorder(false);
  progress.tick('validate uniqueness', 0, 2);
  progress.tick('validate range', 1, 2);
  progress.tick('validate checks', 2, 2);
  expect(written()).toBe('validate checks: 2 of 2\n');
});

test('another stage ends the part before it', () => {
  const { progress, written } = recorder(false);
  progress.tick('read', 3, 0);
  progress.tick('write', 1, 1);
  expect(written()).toBe('read: 3\nwrite: 1 of 1\n');
});

test('on a terminal one line is redrawn and at last replaced', () => {
  const { progress, after, written } = recorder(true);
  progress.tick('sync', 0, 4);
  after(50);
  progress.tick('sync', 1, 4);
  after(2_000);
  progress.tick('sync', 2, 4);
  progress.tick('sync', 4, 4);
  expect(written()).toBe(
    'sync: 0 of 4 (0%)\r\u001b[2Ksync: 2 of 4 (50%), 1.0/s, 2.0 s left\r\u001b[2Ksync: 4 of 4 in 2.0 s\n',
  );
});

test('on a terminal another label is shown at once, with how much is done of all', () => {
  const { progress, after, written } = recorder(true);
  progress.tick('transform quick', 0, 55);
  after(1);
  progress.tick('transform slow', 1, 55);
  after(1);
  progress.tick('transform slow', 1, 55);
  expect(written()).toBe('transform quick: 0 of 55 (0%)\r\u001b[2Ktransform slow: 1 of 55 (1%)');
});

test('a live line makes room for a message and comes back with the next tick', () => {
  const { progress, after, written } = recorder(true);
  progress.tick('sync', 0, 4);
  progress.clear();
  after(10);
  progress.tick('sync', 1, 4);
  expect(written()).toBe('sync: 0 of 4 (0%)\r\u001b[2Ksync: 1 of 4 (25%)');
});

test('on a terminal with blocks and room a bar stands between label and figures', () => {
  let now = 0;
  let written = '';
  const progress = new Progress({
    style: { ...plainStyle, width: 80, unicode: true },
    live: true,
    write: (text) => {
      written += text;
    },
    clock: () => now,
  });
  progress.tick('train: rounds', 0, 340);
  now = 10_000;
  progress.tick('train: rounds', 85, 340);
  expect(written.split('\u001b[2K')[1]).toBe(
    'train: rounds  █████                 85 of 340, 8.5/s, 30 s left',
  );
});
