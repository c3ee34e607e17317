import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli.ts';
import { createProgram } from '../../src/commands/program.ts';
import { plainStyle } from '../../src/console/style.ts';
import { readPages } from './pages.ts';

/** The words of each hoopduck command in a script, as a shell would read them. */
function commandsOf(script: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | null = null;
  let quote = '';
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    const at = words.indexOf('hoopduck');
    if (at === 0 || (at === 1 && words[0] === 'npx')) commands.push(words.slice(at + 1));
    words = [];
  };
  for (let i = 0; i < script.length; i++) {
    const sign = script[i]!;
    if (quote !== '') {
      if (sign === quote) quote = '';
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (sign === '\\' && script[i + 1] === '\n') i++;
    else if (sign === '#' && word === null) {
      while (i + 1 < script.length && script[i + 1] !== '\n') i++;
    } else if (/[\n|;&>]/.test(sign)) endCommand();
    else if (/\s/.test(sign)) endWord();
    else word = (word ?? '') + sign;
  }
  endCommand();
  return commands;
}

/** What the command line makes of words: null, or why it does not take them. */
async function refusal(words: readonly string[]): Promise<string | null> {
  const output = { help() {}, usage() {}, style: plainStyle };
  try {
    await createProgram(COMMANDS, output, async () => {}).parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    if ((error as { exitCode?: number }).exitCode === 0) return null;
    return (error as Error).message;
  }
}

test('a script is read as a shell reads it', () => {
  const script =
    'hoopduck query "a | b" | head # note; hoopduck x\ncd y && npx hoopduck -C z run\n';
  expect(commandsOf(script)).toEqual([
    ['query', 'a | b'],
    ['-C', 'z', 'run'],
  ]);
});

test('the command line takes every command that a page writes down', async () => {
  const refused: string[] = [];
  let seen = 0;
  for (const [path, page] of readPages()) {
    for (const [, script] of page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)) {
      for (const words of commandsOf(script!.replaceAll(/<<'(\w+)'\n[\s\S]*?^\1$/gm, ''))) {
        seen++;
        const why = await refusal(words);
        if (why !== null) refused.push(`${path}: hoopduck ${words.join(' ')}: ${why}`);
      }
    }
  }

  expect(seen).toBeGreaterThan(40);
  expect(refused).toEqual([]);
});
