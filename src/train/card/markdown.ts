import {
  type Block,
  type CardDocument,
  type Column,
  type Inline,
  piecesOf,
  type Text,
} from './document.ts';

/** A card as GitHub-flavoured Markdown. */
export function cardMarkdown(card: CardDocument): string {
  const parts = [
    `# ${line(card.title)}`,
    line(card.lead),
    table(
      card.headlines.map(({ label }) => ({ title: label })),
      [card.headlines.map(({ value }) => [{ strong: value }])],
    ),
    ...card.sections.flatMap(({ title, blocks }) => [`## ${line(title)}`, ...blocks.map(block)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function block(part: Block): string {
  switch (part.kind) {
    case 'paragraph':
      return line(part.text);
    case 'warning':
      return `> **Warning:** ${line(part.text)}`;
    case 'list':
      return part.items.map((item) => `- ${line(item)}`).join('\n');
    case 'table':
      return table(part.columns, part.rows);
    case 'code':
      return fenced(part.language, part.text);
  }
}

function table(columns: readonly Column[], rows: readonly (readonly Text[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(columns.map(({ title }) => line(title))),
    row(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((cells) => row(cells.map(line))),
  ].join('\n');
}

/** A fence longer than any within the text. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

function line(text: Text): string {
  return piecesOf(text)
    .map((part, at) => (at === 0 && typeof part === 'string' ? atStart(piece(part)) : piece(part)))
    .join('');
}

function piece(part: Inline): string {
  if (typeof part === 'string') return escapeMarkdown(part);
  if ('strong' in part) return `**${escapeMarkdown(part.strong)}**`;
  return codeSpan(part.code);
}

/** A text that Markdown shows as it is within a line or a cell; line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/[\\`*[\]<|]|~(?=~)|&(?=[a-z#]\w*;)/gi, '\\$&')
    .replaceAll(/_/g, (sign, at: number, whole: string) =>
      // An underscore within a name is no emphasis, and the name stays readable.
      /\w/.test(whole[at - 1] ?? '') && /\w/.test(whole[at + 1] ?? '') ? sign : `\\${sign}`,
    );
}

/** The start of a line, where signs of headings, quotes and lists count. */
function atStart(text: string): string {
  return text.replace(/^(?:#|>|[-+](?=\s)|\d+(?=[.)]\s))/, (sign) =>
    /^\d/.test(sign) ? `${sign}\\` : `\\${sign}`,
  );
}

function codeSpan(code: string): string {
  const text = code.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}
