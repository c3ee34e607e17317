import type { KnownWords } from './bash.ts';
import type { CommandShape, FlagShape, Values } from './shape.ts';

/** A script that completes hoopduck in fish, with what each command and option is for. */
export function fishScript(shapes: readonly CommandShape[], known: KnownWords): string {
  const inner = shapes.filter(({ path }) => path.includes(' ')).map(({ path }) => `'${path}'`);
  const [root, ...below] = shapes;
  return `# Completes hoopduck in fish:  hoopduck completion fish > ~/.config/fish/completions/hoopduck.fish

function __hoopduck_workspace
    set -l words (commandline -opc)
    set -l at (contains -i -- -C $words; or contains -i -- --workspace $words)
    if test -n "$at"
        echo $words[(math $at + 1)]
        return
    end
    set -l dir $PWD
    while test -n "$dir" -a ! -e "$dir/hoopduck.yaml"
        set dir (string replace -r '/[^/]*$' '' -- $dir)
    end
    echo $dir
end

function __hoopduck_path
    set -l path
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case -C --workspace
                set skip yes
            case '-*'
            case '*'
                if test -z "$path"
                    set path $word
                else if contains -- "$path $word" ${inner.join(' ')}
                    set path "$path $word"
                end
        end
    end
    echo $path
end

function __hoopduck_at
    test "$(__hoopduck_path)" = "$argv[1]"
end

function __hoopduck_values
    switch $argv[1]
        case date
            printf '%s\\n' ${known.dates.join(' ')} (date +%F)
        case table
            printf '%s\\n' ${known.tables.join(' ')}
            set -l workspace (__hoopduck_workspace)
            for path in $workspace/models/*/*.sql
                string replace -- "$workspace/models/" '' $path | string replace / . | string replace -r '\\.sql$' ''
            end
        case model
            printf '%s\\n' champion candidate
            for path in (__hoopduck_workspace)/data/models/*/
                string split -r -m1 -f2 / (string trim -r -c / $path)
            end
        case run
            echo last
        case folder
            __fish_complete_directories
        case file
            __fish_complete_path
    end
end

complete -c hoopduck -f
${(root?.flags ?? []).map((flag) => flagLine('', flag)).join('\n')}
${(root?.commands ?? []).map(({ name, summary }) => `complete -c hoopduck -n "__hoopduck_at ''" -a ${name} -d ${quoted(summary)}`).join('\n')}
${below.flatMap((shape) => shapeLines(shape, new Set(root?.flags.map(({ long }) => long)))).join('\n')}
`;
}

function shapeLines(shape: CommandShape, global: ReadonlySet<string>): string[] {
  const at = `-n "__hoopduck_at '${shape.path}'"`;
  return [
    ...shape.commands.map(
      ({ name, summary }) => `complete -c hoopduck ${at} -a ${name} -d ${quoted(summary)}`,
    ),
    ...shape.flags.filter(({ long }) => !global.has(long)).map((flag) => flagLine(`${at} `, flag)),
    ...(shape.argument === undefined || shape.argument.kind === 'none'
      ? []
      : [`complete -c hoopduck ${at} -a ${valuesText(shape.argument)}`]),
  ];
}

function flagLine(at: string, { long, short, description, values }: FlagShape): string {
  const letter = short === undefined ? '' : ` -s ${short.slice(1)}`;
  const taken =
    values === undefined ? '' : values.kind === 'none' ? ' -x' : ` -x -a ${valuesText(values)}`;
  return `complete -c hoopduck ${at}-l ${long.slice(2)}${letter}${taken} -d ${quoted(description)}`;
}

function valuesText(values: Values): string {
  return values.kind === 'words'
    ? `'${values.words.join(' ')}'`
    : `'(__hoopduck_values ${values.kind})'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
