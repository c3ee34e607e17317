/** A table in Markdown; what is empty stays an empty cell. */
export function table(titles, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A text as code. */
export function code(text) {
  return `\`${text}\``;
}

/** What every generated page says of itself, below its heading. */
export function generated(from) {
  return `This page is written by \`npm run docs\` from ${from}.`;
}

/** A text as it is, whatever signs of Markdown are in it; what stands between backticks or in a link stays. */
export function plain(text) {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[*<]/g, '\\$&')))
    .join('');
}

function cell(text) {
  return plain(String(text ?? ''))
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');
}
