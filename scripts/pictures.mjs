// Takes the pictures of docs/images anew: commands in a terminal of tmux, and pages of the report in Chromium, on two real seasons
// in which a night is restated and a partition is planted red.
// Usage: npm run build && node scripts/pictures.mjs [--work DIR] ; about ten minutes; needs tmux and Chromium (CHROMIUM names another).
// DIR is kept, and what it holds already is not made again.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const real = join(root, '..', 'shared', 'data', 'warehouse');
const images = join(root, 'docs', 'images');
const { values } = parseArgs({ options: { work: { type: 'string' } } });
const home = values.work ?? mkdtempSync(join(tmpdir(), 'hoopduck-pictures-'));
const workspace = join(home, 'league');
const warehouse = join(home, 'warehouse');
const SEASONS = ['2023-24', '2024-25'];
const NIGHT = '2025-04-13';

/** Runs a program and gives what it wrote; anything but an expected exit code ends the script. */
function run(program, args, { cwd = home, exits = [0] } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (!exits.includes(status))
    throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stderr}`);
  return stdout;
}
const hoopduck = (args, options) =>
  run(process.execPath, [join(root, 'dist', 'cli.js'), '-C', workspace, ...args], options);

/** What stands on a terminal of some columns after commands, as rows of ANSI text. */
function typed(commands, columns = 84) {
  const session = `pictures-${process.pid}`;
  const tmux = (...args) => run('tmux', ['-L', session, ...args]);
  const shell = `PS1='$ ' HOME=${home} HISTFILE= bash --norc --noprofile`;
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    's',
    '-x',
    String(columns),
    '-y',
    '140',
    '-c',
    workspace,
    shell,
  );
  try {
    tmux(
      'send-keys',
      '-t',
      's',
      `hoopduck() { ${process.execPath} ${join(root, 'dist', 'cli.js')} "$@"; }; clear`,
      'Enter',
    );
    for (const command of commands) {
      tmux('send-keys', '-t', 's', `${command}; tmux -L ${session} wait-for -S done`, 'Enter');
      tmux('wait-for', 'done');
    }
    return tmux('capture-pane', '-e', '-p', '-t', 's')
      .replaceAll(`; tmux -L ${session} wait-for -S done`, '')
      .trimEnd()
      .replace(/\n[^\n]*\$[^\n]*$/, '')
      .split('\n');
  } finally {
    tmux('kill-server');
  }
}

const ESC = String.fromCharCode(27);
const COLOURS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#56d4dd', 90: '#8b949e' };

function without(style, name) {
  return Object.fromEntries(Object.entries(style).filter(([other]) => other !== name));
}

/** ANSI text as HTML: bold, dim and six colours are what the program writes. */
function htmlOf(text) {
  let style = {};
  return text
    .split(new RegExp(`(${ESC}\\[[\\d;]*m)`))
    .map((part) => {
      const codes = part.startsWith(ESC) ? part.slice(2, -1) : undefined;
      if (codes === undefined) {
        const shown = part.replace(/&/g, '&amp;').replace(/</g, '&lt;');
        const css = Object.entries(style)
          .map(([name, value]) => `${name}:${value}`)
          .join(';');
        return css === '' ? shown : `<span style="${css}">${shown}</span>`;
      }
      for (const code of codes.split(';').map(Number)) {
        if (code === 0) style = {};
        else if (code === 1) style = { ...style, 'font-weight': 700 };
        else if (code === 2) style = { ...style, color: '#8b949e' };
        else if (code === 22) style = without(style, 'font-weight');
        else if (code === 39) style = without(style, 'color');
        else if (code in COLOURS) style = { ...style, color: COLOURS[code] };
      }
      return '';
    })
    .join('');
}

async function terminal(browser, name, title, lines) {
  const page = await browser.newPage({ deviceScaleFactor: 1 });
  await page.setContent(`<style>
    body { margin: 0; background: #0d1117; color: #e6edf3; display: inline-block }
    header { background: #24292e; color: #9da5ae; font: 12px sans-serif; padding: 9px 14px }
    i { display: inline-block; width: 12px; height: 12px; border-radius: 6px; margin-right: 6px; vertical-align: -2px }
    pre { font: 14px/18px 'DejaVu Sans Mono', monospace; padding: 16px 20px 20px; margin: 0 }</style>
    <header><i style="background:#ff5f56"></i><i style="background:#ffbd2e"></i><i style="background:#27c93f"></i> ${title}</header>
    <pre>${htmlOf(lines.join('\n'))}</pre>`);
  await page.locator('body').screenshot({ path: join(images, `${name}.png`) });
  await page.close();
}

/** The two seasons with what lies outside of any, and a first run to the night before. */
function makeWorkspace() {
  mkdirSync(home, { recursive: true });
  for (const dataset of readdirSync(real)) {
    for (const table of readdirSync(join(real, dataset))) {
      const kept = readdirSync(join(real, dataset, table)).filter(
        (file) => !/\d{4}-\d{2}/.test(file) || SEASONS.some((season) => file.includes(season)),
      );
      for (const file of kept)
        cpSync(join(real, dataset, table, file), join(warehouse, dataset, table, file));
    }
  }
  run(process.execPath, [
    join(root, 'dist', 'cli.js'),
    'init',
    workspace,
    '--warehouse',
    warehouse,
    '--push-to',
    join(home, 'production'),
  ]);
  hoopduck(['run', '--to', '2025-04-11', '--push']);
}

/** Changes rows of a raw table of the last season. */
async function alter(table, select) {
  const file = join(warehouse, 'nba_raw', table, `${SEASONS[1]}.parquet`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE t AS ${select(`read_parquet('${file}')`)}`);
  await connection.run(`COPY t TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

async function report(browser, name, { at, theme, height, act }) {
  const page = await browser.newPage({ viewport: { width: 1240, height }, colorScheme: theme });
  await page.goto(`${pathToFileURL(join(workspace, 'report.html')).href}#${at}`);
  await act?.(page);
  await page.screenshot({ path: join(images, `${name}.png`) });
  await page.close();
}

/** The map of the newest season, with the cursor on the first thing to look at. */
async function atProblem(page) {
  const season = page.locator('details.season[open]').first();
  await season.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await season.locator('.heat-map').focus();
  await page.keyboard.press('PageDown');
}

mkdirSync(images, { recursive: true });
if (!existsSync(workspace)) makeWorkspace();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
});
try {
  const short = '--to 2025-04-13';
  await terminal(browser, 'terminal-plan', 'hoopduck plan', typed([`hoopduck plan ${short}`]));
  await terminal(
    browser,
    'terminal-run',
    'hoopduck run --push',
    typed([`hoopduck run ${short} --push`]),
  );
  await terminal(browser, 'terminal-status', 'hoopduck status', typed(['hoopduck status']));
  // Two sources that part: a basket less in the team's box score of a night, which the players' rows still have.
  const scored = `CAST(game_date AS DATE) = DATE '${NIGHT}' AND team_abbr IN ('MIA', 'LAC')`;
  await alter(
    'nbac_team_boxscore',
    (file) =>
      `SELECT * REPLACE (CASE WHEN ${scored} THEN points - 2 ELSE points END AS points,
       CASE WHEN ${scored} THEN fg_made - 1 ELSE fg_made END AS fg_made) FROM ${file}`,
  );
  const red = typed([`hoopduck run ${short}`]);
  const from = red.findIndex((line) => line.includes('Gates'));
  await terminal(browser, 'terminal-red', 'hoopduck run: a red gate', [
    red[0],
    '...',
    ...red.slice(from),
  ]);
  // One game of a night is all that came of its players, and of another night nothing.
  await alter(
    'nbac_gamebook_player_stats',
    (file) =>
      `SELECT * FROM ${file} WHERE CAST(game_date AS DATE) <> DATE '2025-04-06' AND (CAST(game_date AS DATE) <> DATE '2025-04-04'
       OR game_id = (SELECT min(game_id) FROM ${file} WHERE CAST(game_date AS DATE) = DATE '2025-04-04'))`,
  );
  hoopduck(['run', ...short.split(' ')], { exits: [1] });
  hoopduck(['report', '--output', join(workspace, 'report.html')]);
  await report(browser, 'report-overview', { at: 'overview', theme: 'light', height: 1290 });
  await report(browser, 'report-coverage', {
    at: 'coverage',
    theme: 'light',
    height: 760,
    act: atProblem,
  });
  await report(browser, 'report-model', { at: 'model', theme: 'dark', height: 900 });
  await report(browser, 'report-graph', { at: 'graph', theme: 'light', height: 900 });
} finally {
  await browser.close();
  if (values.work === undefined) rmSync(home, { recursive: true, force: true });
}
