import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { bytes } from '../format.ts';
import type { ReportFacts } from '../report/facts/facts.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import type { Opened } from './open-file.ts';
import { usageError } from './options.ts';

interface ReportOptions {
  readonly output?: string;
  readonly open?: boolean;
  readonly serve?: boolean;
  readonly port?: number;
}

/** Writes the state of a workspace as one HTML file, or serves it and writes it anew as the replica changes. */
export async function execute(options: ReportOptions, env: CommandEnvironment): Promise<Outcome> {
  if (options.port !== undefined && options.serve !== true) {
    throw usageError('The option "--port" was given without "--serve".', env.command);
  }
  if (options.port !== undefined && options.port > 65_535) {
    throw usageError(
      `The option "--port" is "${options.port}"; 0 to 65535 was wanted.`,
      env.command,
    );
  }
  if (options.open === true && options.serve === true) {
    throw usageError('The options "--open" and "--serve" do not go together.', env.command);
  }
  const config = await env.config();
  if (options.serve === true) {
    const { serveReport } = await import('./report-serve.ts');
    return serveReport(config, options, env);
  }
  const { reportHtml } = await import('../report/page/page.ts');
  const { morningOf } = await import('../report/morning.ts');
  const facts = await gather(config, env);
  const file = outputOf(options, config, env);
  const text = await reportHtml(facts);
  write(file, text);
  const morning = morningOf(facts);
  const size = Buffer.byteLength(text);
  const opened = options.open === true ? await openReport(file) : undefined;
  if (opened?.opened === false) env.report.warn(`The report was not opened: ${opened.reason}.`);
  return {
    exitCode: EXIT.done,
    json: {
      file,
      bytes: size,
      ...(opened === undefined ? {} : { opened: opened.opened }),
      ...morning,
    },
    text: (style) =>
      [
        `${style.bold(morning.headline)}`,
        ...morning.matters.map(({ level, text: matter, next }) => {
          const mark = level === 'act' ? style.red('!') : style.yellow('?');
          return `${mark} ${matter}\n  Next: ${next}`;
        }),
        `Written to ${file} (${bytes(size)})`,
        ...(opened?.opened === true ? [`Opened with ${opened.by}`] : []),
      ].join('\n'),
  };
}

async function openReport(file: string): Promise<Opened> {
  const { openFile } = await import('./open-file.ts');
  return openFile(file, { platform: process.platform, ci: (process.env['CI'] ?? '') !== '' });
}

/** All that the report shows, read from the replica, which is let go of; without one there is little to tell. */
export async function gather(config: Config, env: CommandEnvironment): Promise<ReportFacts> {
  const { reportFacts } = await import('./report-facts.ts');
  const { withReading } = await import('../workspace.ts');
  try {
    return await withReading(config, (replica) => reportFacts(replica, config, env.now()));
  } catch (error) {
    if (error instanceof HoopduckError && error.code === 'REPLICA_MISSING') {
      return reportFacts(null, config, env.now());
    }
    throw error;
  }
}

/** Where the report goes: as asked for, else beside the replica. */
function outputOf({ output }: ReportOptions, config: Config, env: CommandEnvironment): string {
  return output === undefined
    ? join(dirname(config.replica.path), 'report.html')
    : resolve(env.cwd, output);
}

/** Writes aside and renames, so that a page that is open never reads half of it. */
function write(file: string, text: string): void {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(aside, text);
    renameSync(aside, file);
  } catch (error) {
    throw new HoopduckError(
      'REPORT_UNWRITABLE',
      `"${file}" cannot be written: ${messageOf(error)}`,
      {
        next: 'Give --output a file in a folder that may be written.',
        exitCode: EXIT.usage,
        cause: error,
      },
    );
  }
}
