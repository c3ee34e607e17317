import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli.ts';
import type { CommandSpec } from '../../src/commands/command.ts';
import { createProgram } from '../../src/commands/program.ts';
import { plainStyle } from '../../src/console/style.ts';

const LEAVES: CommandSpec[] = COMMANDS.flatMap((spec) =>
  'commands' in spec ? [...spec.commands] : [spec],
);
const NAMES = [...COMMANDS.map(({ name }) => name), ...LEAVES.map(({ name }) => name)];

async function helpOf(...words: readonly string[]): Promise<string> {
  let text = '';
  const output = {
    help: (part: string) => {
      text += part;
    },
    usage: () => undefined,
    style: plainStyle,
  };
  const program = createProgram(COMMANDS, output, async () => undefined);
  await program.parseAsync([...words, '--help'], { from: 'user' }).catch(() => undefined);
  return text;
}

test.each([...new Set(NAMES)].map((name) => [name]))(
  '%s --help has an example of that very command, and fits into 80 columns',
  async (name) => {
    const text = await helpOf(...name.split(' '));
    expect(text).toMatch(new RegExp(`^Example:\\n  \\$ hoopduck ${name}\\b`, 'm'));
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

test.each(LEAVES.map((spec) => [spec.example, spec] as const))(
  'the example "%s" is taken by the command that shows it',
  async (example, spec) => {
    let invoked: string | undefined;
    const output = { help: () => undefined, usage: () => undefined, style: plainStyle };
    const program = createProgram(COMMANDS, output, async (invocation) => {
      invoked = invocation.spec.name;
    });
    const words = [...example.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
      (match) => match[1] ?? match[2] ?? match[3]!,
    );
    await program.parseAsync(words.slice(1), { from: 'user' });
    expect(invoked).toBe(spec.name);
  },
);

test('commands stand above the options, under the four headings', async () => {
  const text = await helpOf();
  const headings = [...text.matchAll(/^(\w+):$/gm)].map((match) => match[1]);
  expect(headings).toEqual(['Start', 'Pipeline', 'Look', 'Tidy', 'Options', 'Example']);
});

test('options of every command say what they are for, and their names are unique', () => {
  for (const { name, options = [] } of LEAVES) {
    for (const option of options)
      expect(option.description, `${name} ${option.flags}`).not.toBe('');
    const flags = options.map((option) => option.flags.split(/[ ,]/)[0]);
    expect(new Set(flags).size, name).toBe(flags.length);
  }
});
