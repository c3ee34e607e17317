import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chartDrawer } from '../charts/chart.ts';
import type { ReportFacts } from '../facts/facts.ts';
import { momentText } from '../figures.ts';
import { drawGraph } from '../graph-svg.ts';
import { type Html, html, jsonBlock, raw } from '../html.ts';
import { morningOf } from '../morning.ts';
import { coveragePage } from './coverage-page.ts';
import { distributionsPage } from './distributions-page.ts';
import { gatesPage } from './gates-page.ts';
import { graphPage } from './graph-page.ts';
import { heatPatterns, newestDates, seasonData } from './heat-map.ts';
import { forcedPage, pushesPage, runsPage } from './ledger-pages.ts';
import { modelPage } from './model-page.ts';
import { NEWEST_DATES, overviewPage } from './overview-page.ts';
import { PAGE_STYLE } from './style.ts';

interface Page {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** Of a page that is served: which report it is, so that it reloads itself when a newer one is written. */
export interface PageOptions {
  readonly live?: number;
}

/**
 * Writes a report as one HTML document that needs nothing but itself. Its policy lets in no script and no style but its
 * own, by their digests, and no network: `live` alone may listen to the server that it came from.
 */
export async function reportHtml(facts: ReportFacts, { live }: PageOptions = {}): Promise<string> {
  const draw = await chartDrawer();
  const graph =
    facts.graph.length === 0
      ? null
      : await drawGraph({ title: 'What reads what', models: facts.graph });
  const pages: Page[] = [
    { id: 'overview', title: 'Overview', body: overviewPage(facts, morningOf(facts), draw) },
    { id: 'coverage', title: 'Coverage', body: coveragePage(facts.coverage) },
    { id: 'gates', title: 'Gates', body: gatesPage(facts.gates, draw) },
    { id: 'distributions', title: 'Distributions', body: distributionsPage(facts, draw) },
    { id: 'model', title: 'Model', body: modelPage(facts, draw) },
    { id: 'graph', title: 'Graph', body: graphPage(graph, facts.graph) },
    { id: 'pushes', title: 'Pushes', body: pushesPage(facts.pushes, facts.push_target) },
    { id: 'decisions', title: 'Decisions', body: forcedPage(facts.forced) },
    { id: 'runs', title: 'Runs', body: runsPage(facts.runs, draw) },
  ];
  const style = `${PAGE_STYLE}${graph?.css ?? ''}`;
  const script = clientScript();
  return `${documentOf(facts, { pages, style, script, live }).html}\n`;
}

interface Parts {
  readonly pages: readonly Page[];
  readonly style: string;
  readonly script: string;
  readonly live: number | undefined;
}

function documentOf(facts: ReportFacts, { pages, style, script, live }: Parts): Html {
  const policy = [
    "default-src 'none'",
    `script-src ${digestSource(script)}`,
    `style-src ${digestSource(style)}`,
    ...(live === undefined ? [] : ["connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const name = facts.workspace.split(/[\\/]/).at(-1) ?? facts.workspace;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="hoopduck ${facts.version}">
<title>${name}: hoopduck report</title>
<style>${raw(style)}</style>
</head>
<body${live === undefined ? null : html` data-live="${live}"`}>
<a class="skip" href="#main">Skip to the content</a>
<header>
<p class="brand"><b>hoopduck</b> <span>${name}</span></p>
<p class="made">written <time datetime="${facts.made_at}">${momentText(facts.made_at)} UTC</time></p>
<div class="theme" role="group" aria-label="Colours">${(['system', 'light', 'dark'] as const).map(
    (theme) =>
      html`<button type="button" data-set-theme="${theme}" aria-pressed="${theme === 'system' ? 'true' : 'false'}">${theme}</button>`,
  )}</div>
</header>
<nav aria-label="Pages"><ul>${pages.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${heatPatterns()}
<main id="main" tabindex="-1">
<h1 class="unseen">Report of ${name}</h1>
${pages.map(
  ({ id, title, body }) => html`<section id="${id}" class="page" aria-labelledby="${id}-title">
<h2 id="${id}-title" tabindex="-1">${title}</h2>
${body}
</section>
`,
)}
</main>
<footer><p>${facts.workspace}, hoopduck ${facts.version}. Times are UTC.</p></footer>
<script type="application/json" id="coverage-data">${jsonBlock(mapData(facts))}</script>
<script>${raw(script)}</script>
</body>
</html>`;
}

/** What the page's script knows of the maps: that of the newest dates comes after those of the seasons. */
function mapData({ coverage }: ReportFacts): unknown {
  const newest = newestDates(coverage, NEWEST_DATES);
  return seasonData(coverage.tables, [...coverage.seasons, ...(newest === null ? [] : [newest])]);
}

/** The script of a page: a file beside this one, as it stands. */
function clientScript(): string {
  return readFileSync(new URL('./client.mjs', import.meta.url), 'utf8');
}

/** How a policy names a script or a style sheet that may stand in the page. */
function digestSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
