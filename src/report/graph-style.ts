const LIGHT =
  '--page:#fff;--band:#f3f5f8;--text:#1c2430;--soft:#566173;--line:#8a96a8;--strong:#c2410c;--raw:#fff;--raw-edge:#6b7686;--ours:#e3edfb;--ours-edge:#2f6db5;--yours:#fff1d6;--yours-edge:#a35a00;';
const DARK =
  '--page:#12161c;--band:#1a2029;--text:#e8ecf2;--soft:#a3afc0;--line:#7d8aa0;--strong:#fb923c;--raw:#12161c;--raw-edge:#8793a5;--ours:#1b304b;--ours-edge:#6aa5ec;--yours:#40300f;--yours-edge:#f0b24a;';

/**
 * The look of a drawing, in light and in dark; a page around it may decide by `data-theme` on its root. Its classes stand
 * under `.hd-graph`, so that the page keeps its own.
 */
export const GRAPH_STYLE = `
.hd-graph{${LIGHT}--thick:1.3px;
font:12px ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media (prefers-color-scheme:dark){.hd-graph{${DARK}}}
[data-theme=light] .hd-graph{${LIGHT}}
[data-theme=dark] .hd-graph{${DARK}}
.hd-graph .page{fill:var(--page)}
.hd-graph .band{fill:var(--band)}
.hd-graph text{fill:var(--text)}
.hd-graph .heading{font-size:18px;font-weight:600}
.hd-graph .layer{font-size:13px;font-weight:600;fill:var(--soft)}
.hd-graph .key{fill:var(--soft)}
.hd-graph .box text{text-anchor:middle}
.hd-graph .box rect{stroke-width:1.2px}
.hd-graph .raw rect{fill:var(--raw);stroke:var(--raw-edge)}
.hd-graph .ours rect{fill:var(--ours);stroke:var(--ours-edge)}
.hd-graph .published rect{stroke-width:2.6px}
.hd-graph .published text{font-weight:600}
.hd-graph .yours rect{fill:var(--yours);stroke:var(--yours-edge);stroke-width:2px;stroke-dasharray:5 3}
.hd-graph .arrow path{fill:none;stroke:var(--line);stroke-width:var(--thick)}
.hd-graph .arrow polygon{fill:var(--line)}
.hd-graph .implied{visibility:hidden}
.hd-graph .sample{--line:var(--strong);--thick:2.2px}
.hd-graph .arrow .reach{stroke:transparent;stroke-width:9px}
.hd-graph .arrow:hover{--line:var(--strong);--thick:2.2px}
`;
