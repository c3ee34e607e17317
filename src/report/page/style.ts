import { PALETTE } from './palette.ts';

const FRAME = `*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;overflow-wrap:anywhere;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--third);outline-offset:2px;border-radius:3px}
h2:focus,main:focus{outline:none}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px;top:0;padding:.5rem 1rem;background:var(--card);z-index:3}
.skip:focus{left:0}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;max-width:1200px;margin:0 auto;padding:1.1rem 1.5rem .6rem}
header p{margin:0}
.brand{font-size:1.15rem}
.brand b{color:var(--accent);letter-spacing:-.01em}
.brand span{margin-left:.35rem;font-weight:600}
.made{color:var(--soft);margin-right:auto!important}
.theme{display:inline-flex;border:1px solid var(--line);border-radius:999px;background:var(--card);padding:2px}
.theme button{border:0;border-radius:999px;padding:.2rem .75rem;background:none;color:var(--soft);font:inherit;font-size:.85rem;cursor:pointer}
.theme button[aria-pressed=true]{background:var(--tint);color:var(--ink);font-weight:600}
nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line)}
nav ul{display:flex;gap:.1rem;max-width:1200px;margin:0 auto;padding:0 1rem;list-style:none;overflow-x:auto;scrollbar-width:thin}
nav a{display:block;padding:.6rem .7rem;color:var(--soft);text-decoration:none;border-bottom:3px solid transparent;white-space:nowrap}
nav a:hover{color:var(--ink)}
nav a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--accent)}
nav a:focus-visible{outline-offset:-3px}
main{max-width:1200px;margin:0 auto;padding:0 1.5rem 3rem}
section.page{padding-top:1.6rem;scroll-margin-top:12rem}
h2{margin:0 0 .6rem;font-size:1.6rem;line-height:1.2;letter-spacing:-.01em}
h3{margin:0;font-size:1.02rem;line-height:1.35}
h3.part{margin:2.2rem 0 .8rem;padding-top:1rem;border-top:1px solid var(--line);font-size:1.2rem}
p{margin:.5rem 0;max-width:52rem}
.lead{color:var(--soft);font-size:1.02rem;margin-bottom:1.2rem}
.note,.soft,footer{color:var(--soft)}
footer{max-width:1200px;margin:0 auto;padding:0 1.5rem 2rem;font-size:.85rem;overflow-wrap:anywhere}
code{font:.88em/1.4 ui-monospace,"SF Mono",Menlo,Consolas,monospace;background:var(--tint);border-radius:4px;padding:.1em .35em;overflow-wrap:anywhere}
.empty{padding:2.5rem 1.5rem;border:1px dashed var(--faint);border-radius:10px;text-align:center;background:var(--card)}
.empty p{margin:.3rem auto}
`;

const PARTS = `.badge{display:inline-block;padding:.05rem .5rem;border-radius:999px;font-size:.8rem;font-weight:600;white-space:nowrap;line-height:1.5}
.b-good,.b-complete{background:var(--good-tint);color:var(--good-ink)}
.b-warned,.b-short{background:var(--short-tint);color:var(--short-ink)}
.b-red{background:var(--red-tint);color:var(--red-ink)}
.b-missing{background:var(--gone);color:var(--gone-ink)}
.b-plain,.b-bootstrap{background:var(--tint);color:var(--soft)}
.verdict{border-radius:12px;padding:1.2rem 1.5rem;border:1px solid var(--line);border-left-width:6px;background:var(--card)}
.v-well{border-left-color:var(--good)}.v-look{border-left-color:var(--short)}.v-act{border-left-color:var(--red)}
.headline{display:flex;align-items:center;gap:.7rem;margin:0;font-size:1.45rem;font-weight:650;letter-spacing:-.01em}
.mark{display:grid;place-items:center;flex:none;width:2rem;height:2rem;border-radius:50%;font-size:1.1rem;font-weight:700}
.v-well .mark{background:var(--good-tint);color:var(--good-ink)}
.v-look .mark{background:var(--short-tint);color:var(--short-ink)}
.v-act .mark{background:var(--red-tint);color:var(--red-ink)}
.matters{margin:.9rem 0 0;padding:0;list-style:none;display:grid;gap:.7rem}
.matters li{padding-left:.9rem;border-left:3px solid var(--short)}
.matters li.m-act{border-color:var(--red)}
.matters p{margin:0;overflow-wrap:anywhere}
.next{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(13.2rem,1fr));gap:.9rem;margin:1.2rem 0 0;padding:0;list-style:none}
.cards li{display:flex}
.card{display:flex;flex-direction:column;gap:.15rem;flex:1;min-width:0;padding:1rem 1.1rem;border:1px solid var(--line);border-radius:12px;background:var(--card);color:inherit;text-decoration:none}
.card:hover{border-color:var(--faint)}
.card strong{margin:.35rem 0 .15rem;font-size:1.16rem;font-weight:650;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.card>span{color:var(--soft);font-size:.88rem;overflow-wrap:anywhere}
.card .card-title{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.3rem;color:var(--ink);font-weight:600;font-size:.95rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.6rem 1.5rem;margin:1rem 0}
.facts dt{color:var(--soft);font-size:.85rem}
.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.alarms{padding:0;list-style:none;display:grid;gap:.5rem}
.scroll{overflow-x:auto;margin:.6rem 0;border-radius:8px}
table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;background:var(--card);min-width:100%}
th,td{overflow-wrap:normal;padding:.36rem .7rem;text-align:left;vertical-align:top;white-space:nowrap;border-top:1px solid var(--line)}
th:first-child,td:first-child{padding-left:.9rem}
thead th{border-top:0;color:var(--soft);font-weight:600;font-size:.82rem;background:var(--tint)}
tbody th{font-weight:500}
.right{text-align:right}
.long{white-space:normal;min-width:18rem}
.under{display:block;color:var(--soft);font-weight:400;font-size:.92em}
.scroll{border:1px solid var(--line)}
.dataset{color:var(--soft);font-weight:400;font-size:.82rem}
.matrix th,.matrix td{padding-left:.5rem;padding-right:.5rem}
.matrix .nothing{color:var(--soft)}
.t-red{color:var(--red-ink)}.t-missing{color:var(--gone-ink)}.t-short,.t-warned{color:var(--short-ink)}
.filter{display:flex;flex-wrap:wrap;align-items:center;gap:.6rem 1.4rem;margin:1rem 0 .4rem}
.filter fieldset{display:flex;flex-wrap:wrap;gap:.3rem 1rem;border:0;margin:0;padding:0}
.filter legend{float:left;padding:0;margin-right:1rem}
.filter input[type=search]{font:inherit;padding:.35rem .6rem;width:17rem;max-width:100%;border:1px solid var(--faint);border-radius:6px;background:var(--card);color:var(--ink)}
.filter input::placeholder{color:var(--soft);opacity:1}
.filter p{margin:0;color:var(--soft)}
.count{color:var(--soft);font-size:.85rem}
`;

const DRAWINGS = `.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem}
.chart{margin:0;padding:1.1rem 1.2rem .8rem;border:1px solid var(--line);border-radius:12px;background:var(--card);min-width:0}
.chart.full{grid-column:1/-1;margin-bottom:1rem}
.season+.chart{margin-top:1rem}
.chart figcaption p{margin:.2rem 0 .5rem;color:var(--soft);font-size:.88rem}
.plot svg{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums;overflow:visible}
.plot text{fill:var(--soft)}
.plot text[fill],.plot [fill="var(--ink)"] text{fill:var(--ink)}
.plot .phone{display:none}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0 0 .5rem;padding:0;list-style:none;font-size:.85rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.4rem}
.key{display:inline-block;width:11px;height:11px;flex:none}
.k-model{background:var(--model);border-radius:50%}
.k-last10{background:var(--other)}
.k-mix{background:var(--third);transform:rotate(45deg) scale(.85)}
.key.square{border-radius:0;transform:none}
.k-ring{border:1.5px solid var(--faint);border-radius:50%}
.k-outline{border:1.5px solid var(--ink)}
.k-whisker{width:2px;height:14px;background:var(--other)}
.k-box{background:var(--other)}
.k-median{width:16px;height:3px;background:var(--model)}
.k-red{background:var(--red);height:3px;width:18px}
.k-short{height:0;width:18px;border-top:3px dashed var(--short)}
.k-sync{background:var(--s1)}.k-transform{background:var(--s2)}.k-validate{background:var(--s3)}.k-train{background:var(--s4)}.k-predict{background:var(--s5)}.k-push{background:var(--s6)}
.figures{margin:.5rem 0 0;font-size:.88rem}
summary{cursor:pointer;color:var(--soft);width:fit-content;max-width:100%;padding:.2rem 0}
summary:hover{color:var(--ink)}
.drawing{background:var(--card);padding:.5rem;max-height:none}
.drawing svg{display:block;width:100%;height:auto;margin:0 auto}
.patterns{position:absolute}
.states{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:.35rem 1.2rem;margin:0 0 1.4rem;padding:0;list-style:none;font-size:.88rem;color:var(--soft)}
.states li{display:flex;gap:.55rem;align-items:center}
.states svg{flex:none;border-radius:3px}
.states b{color:var(--ink);font-weight:600}
.season{margin-top:1rem;padding:.7rem 1.2rem 1rem;border:1px solid var(--line);border-radius:12px;background:var(--card)}
.season>summary{display:list-item}
.season>summary h3{display:inline;color:var(--ink)}
.season>summary span{margin-left:.5rem}
.tip{margin:.3rem 0 .5rem;min-height:3.1em;max-width:none;padding:.1rem .7rem;border-left:3px solid var(--third);overflow-wrap:anywhere;font-size:.92rem}
.tip:empty{border-color:var(--line)}
.heat{display:flex;gap:.6rem;align-items:flex-start}
.heat ol{margin:20px 0 0;padding:0;list-style:none;font-size:12px;color:var(--soft);flex:none}
.heat li{height:21px;line-height:18px;white-space:nowrap}
.heat-counts{text-align:right;font-variant-numeric:tabular-nums}
.heat-map{overflow-x:auto;min-width:0;cursor:crosshair;padding:0 0 4px;touch-action:pan-x pan-y}
.heat-map svg{display:block}
.month{font-size:11px;fill:var(--soft)}
.month-line{stroke:var(--line);fill:none}
.cursor{fill:none;stroke:var(--ink);stroke-width:2}
.c-complete{fill:var(--good)}.c-here{fill:var(--here)}.c-none,.c-coming{fill:var(--none)}
.c-short{fill:url(#p-short)}.c-red{fill:url(#p-red)}.c-missing{fill:url(#p-missing);stroke:var(--gone-line)}.c-warned{fill:url(#p-warned)}.c-bootstrap{fill:url(#p-bootstrap)}
.f-short{fill:var(--short)}.f-red{fill:var(--red)}.f-missing{fill:var(--gone)}.f-warned{fill:var(--warn)}.f-bootstrap{fill:var(--boot)}
.m-short,.m-red,.m-missing,.m-warned,.m-bootstrap{fill:none;stroke-width:1}
.m-short{stroke:var(--short-line)}.m-red{stroke:var(--red-line)}.m-missing{stroke:var(--gone-line)}.m-warned{stroke:var(--warn-line)}.m-bootstrap{stroke:var(--boot-line)}
[class^=l-]{font-size:12px;font-weight:700;text-anchor:middle;paint-order:stroke;stroke-width:3px;stroke:var(--card);fill:var(--ink)}
`;

const FITTING = `@media (max-width:860px){.charts{grid-template-columns:minmax(0,1fr)}}
@media (max-width:600px){
body{font-size:16px}
header,main{padding-left:1rem;padding-right:1rem}
nav ul{padding:0 .3rem}
h2{font-size:1.4rem}
.chart,.season{padding-left:.8rem;padding-right:.8rem}
.plot .desk{display:none}.plot .phone{display:block}
.verdict{padding:1rem}
.headline{font-size:1.25rem}
.heat{gap:.4rem}
.heat-tables{max-width:7.2rem}
.heat-tables span{display:block;overflow:hidden;text-overflow:ellipsis}
.heat-counts{display:none}
.filter input[type=search]{width:100%}
.matrix .dataset{display:none}
.matrix th:first-child{position:sticky;left:0;max-width:9.5rem;overflow:hidden;text-overflow:ellipsis;background:var(--card)}
.matrix thead th:first-child{background:var(--tint)}
.filter label{max-width:100%}
}
@media print{
body{font-size:10.5pt;background:#fff}
nav,.theme,.skip,.filter,.tip{display:none!important}
section.page,section.page[hidden]{display:block!important;padding-top:1rem}
section.page+section.page{break-before:page}
.chart,.card,tr,.heat{break-inside:avoid}
.chart,.season,.card,.verdict{border-color:#ccc}
.figures{display:none}
.scroll,.heat-map{overflow:visible}
.heat{zoom:.6}
.heat-tables{max-width:none}
.charts{grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}
.plot .desk{display:block}.plot .phone{display:none}
h2,h3,.lead,.season>summary{break-after:avoid}
.drawing svg{max-width:100%;height:auto}
table{font-size:7.5pt}
th,td{padding:.15rem .4rem;white-space:normal}
*{print-color-adjust:exact}
@page{margin:14mm 12mm}
}
@media (prefers-reduced-motion:no-preference){.theme button,.card{transition:background .15s,border-color .15s}}
`;

/** The style sheet of a report: small, in system fonts, for a desk, a phone and paper. */
export const PAGE_STYLE = `${PALETTE}${FRAME}${PARTS}${DRAWINGS}${FITTING}`;
