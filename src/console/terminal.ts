import type { Reporter } from '../context.ts';
import { withoutSecrets } from '../redact.ts';
import { withoutObeyed } from './obeyed.ts';
import { Progress } from './progress.ts';
import { createStyle, type Style, wantsColor, wantsUnicode } from './style.ts';
import { wrap } from './wrap.ts';

export interface TerminalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** The two streams of the process. People read stderr while it works; results go to stdout. */
export interface Terminal {
  readonly report: Reporter;
  /** How results look. */
  readonly resultStyle: Style;
  /** How messages look. */
  readonly messageStyle: Style;
  /** Writes to stdout as it is, for programs, and waits until it is handed over. */
  result(text: string): Promise<void>;
  /** Writes to stdout what a terminal may be shown. */
  shown(text: string): Promise<void>;
  /** Writes to stderr, after any live line is gone. */
  message(text: string): void;
  /** Ends the live line. */
  close(): void;
}

/** The terminal of this process: the only place that touches its output streams. */
export function openTerminal(options: TerminalOptions): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) forgiveClosedPipe(stream);
  // A terminal that does not know its width says 0.
  const width = (stream: NodeJS.WriteStream) => (stream.isTTY ? stream.columns || 80 : undefined);
  const style = (stream: NodeJS.WriteStream) =>
    createStyle(
      wantsColor(process.env, options.color, stream.isTTY === true),
      width(stream),
      wantsUnicode(process.env),
    );
  const resultStyle = style(stdout);
  const messageStyle = style(stderr);
  const progress = new Progress({
    style: messageStyle,
    live:
      stderr.isTTY === true && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined,
    write: (text) => void stderr.write(withoutSecrets(text)),
    clock: () => performance.now(),
  });
  const message = (text: string) => {
    progress.clear();
    stderr.write(`${withoutObeyed(withoutSecrets(text))}\n`);
  };
  const remark = (text: string) => message(wrap(text, 2, messageStyle));
  const result = (text: string) =>
    new Promise<void>((resolve) => stdout.write(withoutSecrets(text), () => resolve()));
  const silent = () => undefined;
  return {
    report: {
      progress: options.quiet ? silent : (label, done, total) => progress.tick(label, done, total),
      info: options.quiet ? silent : remark,
      warn: options.quiet
        ? silent
        : (text, code) => {
            const label = code === undefined ? 'warning:' : `warning[${code}]:`;
            remark(`${messageStyle.yellow(label)} ${text}`);
          },
    },
    resultStyle,
    messageStyle,
    message,
    result,
    shown: (text) => result(withoutObeyed(text)),
    close: () => progress.end(),
  };
}

/** A reader that went away (`| head`) is no failure: what is still written is dropped. */
function forgiveClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  });
}
