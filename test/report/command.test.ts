import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { hoopduck, startHoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workspaceWith } from '../support/workspace.ts';

const RUN = `INSERT INTO hoopduck.run VALUES ('run-1', 'sync', '{}', '1', TIMESTAMP '2025-03-05 06:00:00',
  TIMESTAMP '2025-03-05 06:00:20', 0)`;
const PARTITION = `INSERT INTO hoopduck.partition VALUES ('nba_raw.nbac_schedule', '2025-03-04', 'raw', NULL, NULL,
  12, NULL, 'unchecked', NULL, TIMESTAMP '2025-03-05', 'run-1')`;

test('report writes its file beside the replica and says what is to be done', async () => {
  const folder = await workspaceWith(RUN, PARTITION);
  const { code, stdout } = hoopduck(['report', '-C', folder, '--json']);
  const file = join(folder, 'data', 'report.html');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ...{ ok: true, exit_code: 0, command: 'report', error: null },
    ...{ file, bytes: readFileSync(file).length, level: 'look' },
    headline: 'Sound, with 2 things to look at',
    matters: [
      {
        level: 'look',
        text: 'The gates have judged nothing yet.',
        next: 'hoopduck validate',
        page: 'gates',
      },
      {
        level: 'look',
        text: 'No model is trained yet.',
        next: 'hoopduck train',
        page: 'model',
      },
    ],
  });
});

test('a workspace without a replica gets a report that says what to run first, and no replica', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'warehouse'));
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  path: warehouse\n');
  const { code, stdout } = hoopduck(['report', '-C', folder, '--output', 'new.html'], {
    cwd: folder,
  });
  expect(code).toBe(0);
  expect(stdout).toContain(
    'Nothing is here yet\n? No partition is here yet.\n  Next: hoopduck run',
  );
  expect(readFileSync(join(folder, 'new.html'), 'utf8')).toContain('Nothing is here yet');
  expect(existsSync(join(folder, 'data', 'replica.duckdb'))).toBe(false);
});

test('a file that cannot be written and a port without a server are refused', async () => {
  const folder = await workspaceWith();
  const unwritable = hoopduck([
    'report',
    '-C',
    folder,
    '--output',
    join(folder, 'hoopduck.yaml', 'x'),
  ]);
  expect(unwritable.code).toBe(2);
  expect(unwritable.stderr).toContain('error[REPORT_UNWRITABLE]');
  const alone = hoopduck(['report', '-C', folder, '--port', '8080']);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('The option "--port" was given without "--serve".');
});

test('a served report is written anew when the replica changes, tells its pages, refuses what is no request for it, and ends with 130', async () => {
  const folder = await workspaceWith(RUN);
  const child = startHoopduck(['report', '-C', folder, '--serve', '--port', '0']);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const saying = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found !== null) return found;
      await once(child.stderr, 'data');
    }
  };
  const [, url] = await saying(/Serving the report at (http:\/\/127\.0\.0\.1:\d+\/)/);

  // A page that has no report yet is told of the first one; the next one comes with the change.
  const events = await fetch(`${url}events?have=0`);
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  const toldOfReport = async () => {
    for (let text = ''; !text.includes('event: written'); )
      text += (await reader.read()).value ?? '';
  };
  await toldOfReport();
  const first = await (await fetch(url!)).text();
  expect(first).toContain('<body data-live="1">');
  expect(first).toContain('Nothing is here yet');

  // Whoever writes finds the replica free.
  const replica = await Replica.open(join(folder, 'data', 'replica.duckdb'));
  await replica.run(PARTITION);
  replica.close();
  await toldOfReport();
  const second = await (await fetch(url!)).text();
  expect(second).toContain('<body data-live="2">');
  expect(second).toContain('nbac_schedule');

  const statusOf = (options: RequestOptions) =>
    new Promise<number | undefined>((resolve, reject) => {
      get(url!, options, ({ statusCode }) => resolve(statusCode)).on('error', reject);
    });
  const elsewhere = { host: 'elsewhere.example' };
  expect(await statusOf({ headers: elsewhere })).toBe(403);
  expect((await fetch(`${url}other`)).status).toBe(404);
  // No address can be made of these; they must not end the server.
  expect(await statusOf({ path: '//' })).toBe(400);
  expect(await statusOf({ path: '//', headers: elsewhere })).toBe(403);
  expect((await fetch(url!, { method: 'POST' })).status).toBe(405);

  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(130);
  expect(said).toContain('error[INTERRUPTED]: Stopped by Ctrl-C.');
}, 120_000);

test('a port that is taken is named', async () => {
  const folder = await workspaceWith();
  const first = startHoopduck(['report', '-C', folder, '--serve', '--port', '0']);
  onTestFinished(() => void first.kill('SIGKILL'));
  let said = '';
  while (!/127\.0\.0\.1:(\d+)/.test(said)) said += (await once(first.stderr, 'data'))[0];
  const port = /127\.0\.0\.1:(\d+)/.exec(said)![1]!;
  const second = hoopduck(['report', '-C', folder, '--serve', '--port', port]);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(`error[PORT_UNUSABLE]: The port "${port}" cannot be used`);
}, 120_000);

test('--open hands the written file to the opener of the system; in CI it is left closed, and says so', async () => {
  const folder = await workspaceWith();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s' "$1" > '${folder}/asked'\n`, {
      mode: 0o755,
    });
  }
  const path = `${bin}:${process.env['PATH']}`;
  const file = join(folder, 'data', 'report.html');
  const inCi = hoopduck(['report', '--open', '-C', folder, '--json'], {
    env: { PATH: path, CI: 'true' },
  });
  expect(JSON.parse(inCi.stdout)).toMatchObject({ ok: true, file, opened: false });
  expect(inCi.stderr).toBe(
    'warning: The report was not opened: the variable CI is set, and nobody would see it.\n',
  );
  const { code, stdout } = hoopduck(['report', '--open', '-C', folder], {
    env: { PATH: path, CI: '' },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nOpened with (xdg-)?open\n$/);
  await expect.poll(() => existsSync(join(folder, 'asked'))).toBe(true);
  await expect.poll(() => readFileSync(join(folder, 'asked'), 'utf8')).toBe(file);
});

test('where the system has no opener the report is written all the same', async () => {
  const folder = await workspaceWith();
  const { code, stderr } = hoopduck(['report', '--open', '-C', folder], {
    env: { PATH: join(folder, 'nothing'), CI: '' },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning: The report was not opened: "(xdg-)?open" is not on the path\.$/m,
  );
  expect(existsSync(join(folder, 'data', 'report.html'))).toBe(true);
});
