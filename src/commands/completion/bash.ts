import type { CommandShape, Values } from './shape.ts';

/** What every script has to know beside the commands. */
export interface KnownWords {
  /** Tables that every workspace has. */
  readonly tables: readonly string[];
  /** First dates of the seasons. */
  readonly dates: readonly string[];
}

/** A script that completes hoopduck in bash: nothing is started, and no replica opened, while a person types. */
export function bashScript(shapes: readonly CommandShape[], known: KnownWords): string {
  const inner = shapes.filter(({ path }) => path.includes(' ')).map(({ path }) => `'${path}'`);
  return `# Completes hoopduck in bash. In ~/.bashrc:  source <(hoopduck completion bash)

_hoopduck_workspace() {
  local i dir=$PWD
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -C || \${COMP_WORDS[i]} == --workspace ]]; then
      printf '%s' "\${COMP_WORDS[i + 1]}"
      return
    fi
  done
  while [[ -n $dir && ! -e $dir/hoopduck.yaml ]]; do dir=\${dir%/*}; done
  printf '%s' "$dir"
}

_hoopduck_values() {
  local workspace path
  case $1 in
    date) printf '%s\\n' ${known.dates.join(' ')} "$(date +%F)" ;;
    table)
      printf '%s\\n' ${known.tables.join(' ')}
      workspace=$(_hoopduck_workspace)
      for path in "$workspace"/models/*/*.sql; do
        [[ -e $path ]] || continue
        path=\${path#"$workspace"/models/}
        path=\${path%.sql}
        printf '%s\\n' "\${path/\\//.}"
      done
      ;;
    model)
      printf '%s\\n' champion candidate
      for path in "$(_hoopduck_workspace)"/data/models/*/; do
        [[ -d $path ]] || continue
        path=\${path%/}
        printf '%s\\n' "\${path##*/}"
      done
      ;;
    run) printf '%s\\n' last ;;
    words) printf '%s\\n' $2 ;;
  esac
}

# Takes the words that begin as what is typed. "compgen -W" would expand them: a file's name could run a command.
# What has other letters is no table's and no model's name, and would be typed as it is.
_hoopduck_offer() {
  local word
  while IFS= read -r word; do
    [[ $word == "$cur"* && $word != *[^[:alnum:]_./-]* ]] && COMPREPLY+=("$word")
  done
}

# Takes folders (-d) or files (-f) of any name; readline quotes what a shell would read otherwise.
_hoopduck_offer_paths() {
  local word
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$1" -- "$cur")
}

_hoopduck() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local path='' word i kind='' words='' flags='' commands=''
  COMPREPLY=()
  # "--from=2024" comes in three words.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -C || $word == --workspace ]]; then ((i++)); continue; fi
    [[ $word == -* ]] && continue
    if [[ -z $path ]]; then
      path=$word
    else
      case "$path $word" in
        ${caseOf(inner)}) path="$path $word" ;;
      esac
    fi
  done
  case "$path:$prev" in
${valueCases(shapes)}
  esac
  if [[ -z $kind ]]; then
    case $path in
${shapes.map(shapeCase).join('\n')}
    esac
    if [[ $cur == -* ]]; then
      _hoopduck_offer < <(printf '%s\\n' $flags)
      return
    fi
    if [[ -n $commands ]]; then
      _hoopduck_offer < <(printf '%s\\n' $commands)
      return
    fi
  fi
  case $kind in
    folder) _hoopduck_offer_paths -d ;;
    file) _hoopduck_offer_paths -f ;;
    none | '') ;;
    *) _hoopduck_offer < <(_hoopduck_values "$kind" "$words") ;;
  esac
}

complete -o bashdefault -F _hoopduck hoopduck
`;
}

function caseOf(patterns: readonly string[]): string {
  return patterns.join(' | ');
}

function shapeCase({ path, flags, commands, argument }: CommandShape): string {
  const names = flags.map(({ long }) => long).join(' ');
  const parts = [`flags='${names}'`];
  if (commands.length > 0) parts.push(`commands='${commands.map(({ name }) => name).join(' ')}'`);
  if (argument !== undefined) parts.push(assignment(argument));
  return `      '${path}') ${parts.join('; ')} ;;`;
}

function assignment(values: Values): string {
  return values.kind === 'words'
    ? `kind=words; words='${values.words.join(' ')}'`
    : `kind=${values.kind}`;
}

/** One case for each kind of value, with every command and option that takes it. */
function valueCases(shapes: readonly CommandShape[]): string {
  const byValues = new Map<string, string[]>();
  for (const { path, flags } of shapes) {
    for (const { long, short, values } of flags) {
      if (values === undefined) continue;
      const set = assignment(values);
      const patterns = [long, ...(short === undefined ? [] : [short])].map((f) => `'${path}:${f}'`);
      byValues.set(set, [...(byValues.get(set) ?? []), ...patterns]);
    }
  }
  return [...byValues].map(([set, patterns]) => `    ${caseOf(patterns)}) ${set} ;;`).join('\n');
}
