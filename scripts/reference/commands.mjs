import { code, generated, table } from './markdown.mjs';

const EXIT_MEANINGS = {
  done: 'done',
  failed: 'a gate or a comparison failed, or what a stage needs is not made yet',
  usage: 'the command line or the configuration is wrong',
  warehouse: 'the warehouse failed; try again',
  refused: 'refused to protect data: another process holds the replica, or production moved',
  interrupted: 'stopped by Ctrl-C; what was finished is kept',
};

/** The page of all commands, from the command table and the flags that every command takes. */
export async function commandsPage({ load }) {
  const { COMMANDS } = await load('cli.js');
  const { createProgram } = await load('commands/program.js');
  const { EXIT } = await load('errors.js');
  const { plainStyle } = await load('console/style.js');
  const output = { help() {}, usage() {}, style: plainStyle };
  const program = createProgram(COMMANDS, output, async () => {});
  const flat = COMMANDS.flatMap((spec) => ('commands' in spec ? spec.commands : [spec]));
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  return [
    '# Commands',
    generated('the command table in [src/cli.ts](../../src/cli.ts)'),
    'Every command takes these, before or after its name:',
    table(
      ['option', 'what it does'],
      [...program.options, { flags: '-h, --help', description: 'print help' }].map((option) => [
        code(option.flags),
        option.description,
      ]),
    ),
    'With `--json` there is one document on stdout, also on failure ([json.md](json.md)); text for people goes to stderr. `hoopduck explain CODE` says what an error means ([errors.md](../errors.md)). Exit codes:',
    table(
      ['exit code', 'meaning'],
      Object.entries(EXIT).map(([name, number]) => [number, meaning(name)]),
    ),
    ...groups.flatMap((group) => [
      table(
        [group.replace(/:$/, ''), 'what it does'],
        flat
          .filter((spec) => groupOf(COMMANDS, spec) === group)
          .map(({ name, summary }) => [`[${code(name)}](#${name.replaceAll(' ', '-')})`, summary]),
      ),
    ]),
    ...flat.map(section),
  ].join('\n\n');
}

function meaning(name) {
  const text = EXIT_MEANINGS[name];
  if (text === undefined)
    throw new Error(`scripts/reference/commands.mjs: no text for exit code "${name}"`);
  return text;
}

function groupOf(commands, spec) {
  return commands.find((one) => one === spec || one.commands?.includes(spec)).group;
}

function section({ name, summary, arguments: given = [], options = [], example }) {
  const usage = [
    'hoopduck',
    name,
    ...given.map((one) => one.name),
    ...(options.length > 0 ? ['[options]'] : []),
  ];
  return [
    `## ${name}`,
    sentence(summary),
    ['```text', usage.join(' '), '```'].join('\n'),
    ...(given.length + options.length === 0
      ? []
      : [
          table(
            ['argument or option', 'what it is'],
            [
              ...given.map((one) => [code(one.name), one.description]),
              ...options.map(({ flags, description }) => [code(flags), description]),
            ],
          ),
        ]),
    `Example: ${code(example)}`,
  ].join('\n\n');
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
