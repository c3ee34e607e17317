import { EXIT, HoopduckError } from '../errors.ts';
import { createStyle, wantsColor } from './style.ts';

/** Asks a person, one question at a time. */
export interface Prompt {
  /** The answer without spaces around it; `fallback` when it is empty. */
  ask(question: string, fallback: string): Promise<string>;
  /** A line between two questions. */
  say(text: string): void;
  close(): void;
}

/** A prompt on the terminal, or null where nobody can answer: in a pipe, in CI, on a dumb terminal. */
export async function openPrompt(): Promise<Prompt | null> {
  const { stdin, stderr, env } = process;
  const canAnswer = stdin.isTTY === true && stderr.isTTY === true;
  if (!canAnswer || env['CI'] !== undefined || env['TERM'] === 'dumb') return null;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output: stderr });
  const style = createStyle(wantsColor(env, true, true));
  // Ctrl-C and Ctrl-D do not reach the process while a line is edited.
  const controller = new AbortController();
  lines.on('SIGINT', () => controller.abort());
  lines.on('close', () => controller.abort());
  return {
    async ask(question, fallback) {
      const hint = fallback === '' ? '' : ` ${style.dim(`[${fallback}]`)}`;
      const text = `${style.bold(question)}${hint} `;
      try {
        const answer = await lines.question(text, { signal: controller.signal });
        return answer.trim() || fallback;
      } catch (error) {
        if (!controller.signal.aborted) throw error;
        stderr.write('\n');
        throw new HoopduckError('INTERRUPTED', 'Stopped before anything was made.', {
          next: 'Run it again, or give the answers as options: see "hoopduck init --help".',
          exitCode: EXIT.interrupted,
          cause: error,
        });
      }
    },
    say: (text) => void stderr.write(`${text}\n`),
    close: () => {
      lines.removeAllListeners('close');
      lines.close();
    },
  };
}
