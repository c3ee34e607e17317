import { type Block, type CardDocument, type Inline, piecesOf, type Text } from './document.ts';
import { CARD_STYLE } from './style.ts';

/** A card as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. */
export function cardHtml(card: CardDocument): string {
  const headlines = card.headlines.map(
    ({ value, label }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  const sections = card.sections.map(
    ({ title, blocks }) =>
      `<section>\n<h2>${escapeHtml(title)}</h2>\n${blocks.map(block).join('\n')}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(card.title)}</title>
<style>
${CARD_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(card.title)}</h1>
<p>${line(card.lead)}</p>
<dl>
${headlines.join('\n')}
</dl>
</header>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function block(part: Block): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p>${line(part.text)}</p>`;
    case 'warning':
      return `<p class="warning" role="note">${line(part.text)}</p>`;
    case 'list':
      return `<ul>\n${part.items.map((item) => `<li>${line(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return table(part);
    case 'code':
      return `<pre tabindex="0"><code>${escapeHtml(part.text.trimEnd())}</code></pre>`;
  }
}

/** Cells longer than this are sentences, which may break; shorter ones are figures and names. */
const LONG_CELL = 36;

function table({ columns, rows, bars }: Extract<Block, { kind: 'table' }>): string {
  const classes = columns.map(({ align }, at) => {
    if (align === 'right') return ' class="right"';
    return rows.some((cells) => lengthOf(cells[at]!) > LONG_CELL) ? ' class="long"' : '';
  });
  const head = columns.map(
    ({ title }, at) => `<th scope="col"${classes[at]}>${escapeHtml(title)}</th>`,
  );
  const body = rows.map((cells, row) => {
    const texts = cells.map((cell, at) =>
      at === 0
        ? `<th scope="row"${classes[at]}>${line(cell)}</th>`
        : `<td${classes[at]}>${line(cell)}</td>`,
    );
    const share = bars?.[row];
    // The bar repeats a figure of its row, so that it is hidden from a reader of the screen.
    if (share !== undefined) {
      const percent = (100 * Math.min(1, Math.max(0, share))).toFixed(1);
      texts.push(
        `<td class="bar" aria-hidden="true"><span style="width: ${percent}%"></span></td>`,
      );
    }
    return `<tr>${texts.join('')}</tr>`;
  });
  if (bars !== undefined) head.push('<td class="bar" aria-hidden="true"></td>');
  return `<div class="scroll" tabindex="0"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}

function lengthOf(text: Text): number {
  return piecesOf(text).reduce(
    (sum, part) =>
      sum + (typeof part === 'string' ? part : 'strong' in part ? part.strong : part.code).length,
    0,
  );
}

function line(text: Text): string {
  return piecesOf(text).map(piece).join('');
}

function piece(part: Inline): string {
  if (typeof part === 'string') return escapeHtml(part);
  if ('strong' in part) return `<strong>${escapeHtml(part.strong)}</strong>`;
  return `<code>${escapeHtml(part.code)}</code>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text that HTML shows as it is, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}
