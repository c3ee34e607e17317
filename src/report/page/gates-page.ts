import type { ChartDrawer } from '../charts/chart.ts';
import { historyChart } from '../charts/run-charts.ts';
import { type GateFacts, type GateFinding, type GateGroup, MOST_FINDINGS } from '../facts/gates.ts';
import { checkText, countText, momentText, pluralText } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { badge, emptyState } from './parts.ts';

/** Every check, red first, with fields that narrow the table. */
export function gatesPage(gates: GateFacts | null, draw: ChartDrawer): Html {
  if (gates === null) return emptyState('The gates have judged nothing yet.', 'hoopduck validate');
  const { pass, warn, fail, not_evaluated } = gates.counts;
  const chart = historyChart(gates.history);
  const shown = gates.findings.reduce((sum, { n }) => sum + n, 0);
  const more = fail + warn - shown;
  return html`<p class="lead">${fail === 0 ? 'No check is red.' : `${pluralText(fail, 'check')} ${fail === 1 ? 'is' : 'are'} red: their dates are neither trained on nor pushed.`} ${pluralText(warn, 'warning')}, ${countText(pass)} pass, ${countText(not_evaluated)} had nothing to judge${gates.checked_at === null ? '' : `; checked ${momentText(gates.checked_at)} UTC`}.</p>
${chart === undefined ? null : draw(chart)}
<form class="filter" id="gate-filter">
<label>Find <input type="search" name="text" placeholder="check, table or reason" autocomplete="off"></label>
<fieldset><legend>Show</legend>
${filterBox('fail', 'red', fail)}${filterBox('warn', 'warnings', warn)}${filterBox('pass', 'pass', pass)}${filterBox('not_evaluated', 'nothing to judge', not_evaluated)}
</fieldset>
<p role="status" id="gate-count"></p>
</form>
<div class="scroll" tabindex="0" role="group" aria-label="Checks"><table id="gate-table">
<thead><tr><th scope="col">verdict</th><th scope="col">check</th><th scope="col">of</th><th scope="col" class="right">found</th><th scope="col" class="right">wanted</th><th scope="col">detail</th></tr></thead>
<tbody>${gates.findings.map(findingRow)}${gates.groups.map(groupRow)}</tbody></table></div>
${more > 0 ? html`<p class="note">The gravest and newest ${countText(MOST_FINDINGS)} lines are shown; ${pluralText(more, 'more result')} ${more === 1 ? 'is' : 'are'} in the ledger: <code>hoopduck query "FROM hoopduck.check_result WHERE verdict = 'fail'"</code></p>` : null}
<p class="note">Found and wanted are percent of the rows that count, unless the check counts rows. Dates of one check, table and verdict are one line, with the worst that was found; so are checks that pass. The coverage shows each red date.</p>`;
}

function filterBox(verdict: string, text: string, n: number): Html {
  return html`<label><input type="checkbox" name="${verdict}" checked> ${text} <span class="count">${countText(n)}</span></label>`;
}

function findingRow(finding: GateFinding): Html {
  const { verdict, check, table, scope_value, n, first, found, wanted, detail, since } = finding;
  const mark = verdict === 'fail' ? badge('red', '✕ red') : badge('warned', '△ warning');
  const held = since === null ? '' : `since ${momentText(since)}`;
  const of = n === 1 ? scope_value : `${pluralText(n, 'date')}, ${first} to ${scope_value}`;
  return html`<tr data-verdict="${verdict}"><td>${mark}</td><th scope="row">${check}<span class="under">${table}</span></th><td>${of}</td><td class="right">${checkText(found)}</td><td class="right">${checkText(wanted)}</td><td class="long">${[detail ?? '', held].filter((part) => part !== '').join('; ')}</td></tr>
`;
}

function groupRow({ verdict, check, table, scope, n, worst, wanted, detail }: GateGroup): Html {
  const mark = verdict === 'pass' ? badge('good', '✓ pass') : badge('plain', '– nothing to judge');
  const of =
    { date: pluralText(n, 'date'), season: pluralText(n, 'season'), all: 'all rows' }[scope] ??
    scope;
  return html`<tr data-verdict="${verdict}"><td>${mark}</td><th scope="row">${check}<span class="under">${table}</span></th><td>${of}</td><td class="right">${checkText(worst)}</td><td class="right">${checkText(wanted)}</td><td class="long">${worst !== null && wanted !== null && worst >= 100 ? null : detail}</td></tr>
`;
}
