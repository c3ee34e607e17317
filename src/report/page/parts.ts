import { type Html, html } from '../html.ts';

/** What stands where there is nothing yet, and the command that changes that. */
export function emptyState(text: string, next: string): Html {
  return html`<div class="empty"><p>${text}</p><p>Next: <code>${next}</code></p></div>`;
}

/** A word in a frame whose colour says how grave it is. */
export function badge(kind: 'red' | 'warned' | 'good' | 'plain', text: string): Html {
  return html`<span class="badge b-${kind}">${text}</span>`;
}

/** Name and value pairs. */
export function factList(facts: readonly (readonly [string, Html | string])[]): Html {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Holds sentences, which may take several lines. */
  readonly long?: boolean;
}

/** A table of rows that may be wider than the page. */
export function dataTable(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  const side = (i: number) => {
    const { right, long } = columns[i]!;
    return right === true ? html` class="right"` : long === true ? html` class="long"` : null;
  };
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${name}"><table>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col"${side(i)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([head, ...cells]) =>
      html`<tr><th scope="row"${side(0)}>${head}</th>${cells.map((cell, i) => html`<td${side(i + 1)}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
