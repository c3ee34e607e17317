import type { KnownWords } from './bash.ts';
import type { CommandShape, Values } from './shape.ts';

/** A script that completes hoopduck in zsh, with what each command and option is for. */
export function zshScript(shapes: readonly CommandShape[], known: KnownWords): string {
  const inner = shapes.filter(({ path }) => path.includes(' ')).map(({ path }) => `'${path}'`);
  return `#compdef hoopduck
# Completes hoopduck in zsh. In ~/.zshrc, after compinit:  source <(hoopduck completion zsh)

_hoopduck_workspace() {
  local i dir=$PWD
  for ((i = 2; i < CURRENT; i++)); do
    if [[ $words[i] == -C || $words[i] == --workspace ]]; then
      print -rn -- $words[i+1]
      return
    fi
  done
  while [[ -n $dir && ! -e $dir/hoopduck.yaml ]]; do dir=\${dir%/*}; done
  print -rn -- $dir
}

_hoopduck_values() {
  local workspace
  local -a found
  case $1 in
    date) compadd -- ${known.dates.join(' ')} \${(%):-%D{%Y-%m-%d}} ;;
    table)
      workspace=$(_hoopduck_workspace)
      found=($workspace/models/*/*.sql(N:r))
      found=(\${found#$workspace/models/})
      compadd -- ${known.tables.join(' ')} \${found/\\//.}
      ;;
    model)
      found=($(_hoopduck_workspace)/data/models/*(N/:t))
      compadd -- champion candidate $found
      ;;
    run) compadd -- last ;;
    words) compadd -- \${=2} ;;
    folder) _files -/ ;;
    file) _files ;;
  esac
}

_hoopduck() {
  local path_ kind choices word prev=$words[CURRENT-1]
  local -a flags commands
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ $word == (-C|--workspace) ]]; then ((i++)); continue; fi
    [[ $word == -* ]] && continue
    if [[ -z $path_ ]]; then
      path_=$word
    else
      case "$path_ $word" in
        ${inner.map((pattern) => `(${pattern})`).join('|')}) path_="$path_ $word" ;;
      esac
    fi
  done
  case "$path_:$prev" in
${valueCases(shapes)}
  esac
  if [[ -z $kind ]]; then
    case $path_ in
${shapes.map(shapeCase).join('\n')}
    esac
    if [[ $words[CURRENT] == -* ]]; then
      _describe -o option flags
      return
    fi
    if (( $#commands > 0 )); then
      _describe command commands
      return
    fi
  fi
  [[ -n $kind ]] && _hoopduck_values $kind "$choices"
}

if [[ $funcstack[1] == _hoopduck ]]; then
  _hoopduck "$@"
else
  compdef _hoopduck hoopduck
fi
`;
}

function described(name: string, text: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${text}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function shapeCase({ path, flags, commands, argument }: CommandShape): string {
  const parts = [
    `flags=(${flags.map(({ long, description }) => described(long, description)).join(' ')})`,
  ];
  if (commands.length > 0) {
    parts.push(
      `commands=(${commands.map(({ name, summary }) => described(name, summary)).join(' ')})`,
    );
  }
  if (argument !== undefined) parts.push(assignment(argument));
  return `      ('${path}') ${parts.join('; ')} ;;`;
}

function assignment(values: Values): string {
  return values.kind === 'words'
    ? `kind=words; choices='${values.words.join(' ')}'`
    : `kind=${values.kind}`;
}

function valueCases(shapes: readonly CommandShape[]): string {
  return shapes
    .flatMap(({ path, flags }) =>
      flags.flatMap(({ long, short, values }) => {
        if (values === undefined) return [];
        const names = [long, ...(short === undefined ? [] : [short])];
        const patterns = names.map((name) => `'${path}:${name}'`).join('|');
        return [`    (${patterns}) ${assignment(values)} ;;`];
      }),
    )
    .join('\n');
}
