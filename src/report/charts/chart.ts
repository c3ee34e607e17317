import { type Html, html, raw } from '../html.ts';

/** The library that draws; loaded when a report is written. */
export type PlotLibrary = typeof import('@observablehq/plot');
type PlotOptions = Parameters<PlotLibrary['plot']>[0];

/** A table of figures: the text that stands for a chart. */
export interface FigureTable {
  readonly columns: readonly string[];
  /** First cells head their rows. */
  readonly rows: readonly (readonly string[])[];
}

/** A chart before it is drawn. */
export interface Chart {
  readonly title: string;
  /** What it shows, in a sentence or two: read aloud in its place. */
  readonly summary: string;
  /** What colours and marks mean. */
  readonly legend?: readonly LegendEntry[];
  readonly table: FigureTable;
  /** Half of a page's width where there is room, or all of it. */
  readonly size: 'half' | 'full';
  /** `width` in pixels: a chart is drawn for a desk and for a phone. */
  readonly draw: (plot: PlotLibrary, width: number) => PlotOptions;
}

export interface LegendEntry {
  readonly text: string;
  /** A class of the style sheet that colours the key. */
  readonly key: string;
}

/** Turns a chart into a figure with its title, its summary and its table. */
export type ChartDrawer = (chart: Chart) => Html;

const WIDTHS = { half: 520, full: 1100, phone: 345 };

/** Loads the library and a document for it to draw in. */
export async function chartDrawer(): Promise<ChartDrawer> {
  const [plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom'),
  ]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const draw = (chart: Chart, width: number, kind: string): Html => {
    const options = chart.draw(plot, width);
    const svg = plot.plot({
      document: document as never,
      width,
      ...options,
    } as PlotOptions) as unknown as { outerHTML: string };
    return raw(lean(svg.outerHTML, kind));
  };
  return (chart) =>
    figure(chart, [draw(chart, WIDTHS[chart.size], 'desk'), draw(chart, WIDTHS.phone, 'phone')]);
}

function figure(chart: Chart, drawings: readonly Html[]): Html {
  return html`<figure class="chart ${chart.size}">
<figcaption><h3>${chart.title}</h3><p>${chart.summary}</p>${legend(chart.legend)}</figcaption>
<div class="plot" role="img" aria-label="${chart.title}. ${chart.summary}">${drawings}</div>
${figureTable(chart.table, chart.title)}
</figure>
`;
}

function legend(entries: readonly LegendEntry[] | undefined): Html | null {
  if (entries === undefined) return null;
  return html`<ul class="legend">${entries.map(
    ({ text, key }) => html`<li><span class="key ${key}"></span>${text}</li>`,
  )}</ul>`;
}

/** The figures of a drawing behind a button, for whoever does not see it or wants them. */
export function figureTable({ columns, rows }: FigureTable, title: string): Html {
  return html`<details class="figures"><summary>Figures<span class="unseen"> of ${title}</span></summary>
<div class="scroll" tabindex="0" role="group" aria-label="Figures of ${title}"><table>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([head, ...cells]) =>
      html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div></details>`;
}

/**
 * The drawing without what the page says better: the library's style sheet and inline styles, which the page's
 * policy would refuse, the names of its parts, and decimals finer than a pixel.
 */
function lean(svg: string, kind: string): string {
  return svg
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<g [^>]*aria-label="[xy]-axis tick"[^>]*>[\s\S]*?<\/g>/g, '')
    .replace(/ (aria-label|aria-hidden|style|class|font-family|font-size)="[^"]*"/g, '')
    .replace('<svg', `<svg aria-hidden="true" class="${kind}"`)
    .replace(
      / (d|transform|x|y|x1|x2|y1|y2|dx|dy|width|height|cx|cy|r|points)="([^"]*)"/g,
      (_, name, value: string) =>
        ` ${name}="${value.replace(/-?\d+\.\d+(?!\d*em)/g, (n) => String(Math.round(Number(n) * 10) / 10))}"`,
    );
}
