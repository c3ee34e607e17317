import { pluralText } from '../figures.ts';
import type { DrawnGraph, DrawnModel } from '../graph-svg.ts';
import { type Html, html, raw } from '../html.ts';
import { emptyState } from './parts.ts';

/** What reads what: the drawing, and the same as a table. */
export function graphPage(graph: DrawnGraph | null, models: readonly DrawnModel[]): Html {
  if (graph === null) return emptyState('No model is known.', 'hoopduck graph');
  return html`<p class="lead">${pluralText(models.length, 'model')} in layers, from what was found to what is trained on. Point at a table to bring out its arrows; those that a longer way implies are drawn only then.</p>
<div class="scroll drawing" tabindex="0" role="group" aria-label="Graph of models">${raw(graph.svg)}</div>
<details class="figures"><summary>What each table reads, and how far back</summary>
<div class="scroll" tabindex="0" role="group" aria-label="What each table reads"><table>
<thead><tr><th scope="col">table</th><th scope="col">reads</th><th scope="col">what it is</th></tr></thead>
<tbody>${models.map(
    ({ table, origin, description, reads }) =>
      html`<tr><th scope="row">${table}${origin === 'workspace' ? ' (yours)' : ''}</th><td>${reads.map((read) => html`<div>${read.table} <span class="soft">${read.reaches.join('; ')}</span></div>`)}</td><td class="long">${description}</td></tr>
`,
  )}</tbody></table></div></details>`;
}
