/** Looks of a card: the reader's own fonts, light or dark as he has it, and fit to be printed. */
export const CARD_STYLE = `:root {
  color-scheme: light dark;
  --paper: #fdfdfb;
  --ink: #1d2328;
  --faint: #5c6670;
  --line: #d9dcd8;
  --tint: #f1f2ee;
  --accent: #b4531a;
  --warn: #fdf3d8;
  --warn-line: #d69e2e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b;
    --ink: #e4e6e3;
    --faint: #9aa3a9;
    --line: #343a3f;
    --tint: #1e2327;
    --accent: #e98a4b;
    --warn: #2f2713;
    --warn-line: #b7892b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 {
  margin: 2.75rem 0 0.75rem;
  padding-top: 0.75rem;
  border-top: 1px solid var(--line);
  font-size: 1.25rem;
}
p, ul { margin: 0.6rem 0; max-width: 46rem; }
li { margin: 0.25rem 0; }
header p { color: var(--faint); font-size: 1.05rem; }
dl {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr));
  gap: 0.75rem;
  margin: 1.5rem 0 0;
}
dl div {
  display: flex;
  flex-direction: column;
  justify-content: space-between;
  padding: 0.8rem 1rem;
  background: var(--tint);
  border-radius: 0.5rem;
}
dt { color: var(--faint); font-size: 0.85rem; line-height: 1.35; }
dd { margin: 0.15rem 0 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.warning {
  padding: 0.6rem 0.9rem;
  background: var(--warn);
  border-left: 4px solid var(--warn-line);
  border-radius: 0.25rem;
}
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 1rem 0.35rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
.long { min-width: 14rem; white-space: normal; }
thead th { color: var(--faint); font-weight: 500; border-bottom: 1px solid var(--line); }
thead td { border-bottom: 1px solid var(--line); }
tbody th { font-weight: 500; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.right { text-align: right; }
td.bar { min-width: 7rem; padding-right: 0; }
td.bar span { display: block; height: 0.6rem; margin-top: 0.45em; min-width: 1px; background: var(--accent); border-radius: 0.15rem; }
code { font: 0.9em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre {
  overflow-x: auto;
  padding: 0.9rem 1rem;
  background: var(--tint);
  border-radius: 0.5rem;
  font-size: 0.9rem;
}
pre code { overflow-wrap: normal; }
@media print {
  body { font-size: 11px; }
  section { break-inside: avoid-page; }
  pre { white-space: pre-wrap; }
}
`;
