import { LAYERS, type Place, placeTables } from './graph-layers.ts';
import { type Layout, layOut } from './graph-layout.ts';
import { GRAPH_STYLE } from './graph-style.ts';
import { escapeXml } from './xml.ts';

/** A model as a drawing needs it. */
export interface DrawnModel {
  readonly table: string;
  readonly origin: 'hoopduck' | 'workspace';
  readonly description: string;
  readonly reads: readonly { readonly table: string; readonly reaches: readonly string[] }[];
}

/** What a drawing shows: models in build order. */
export interface Drawing {
  readonly title: string;
  readonly models: readonly DrawnModel[];
}

interface Box {
  readonly table: string;
  readonly model: DrawnModel | undefined;
  readonly place: Place;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly reaches: readonly string[];
  /** Another way leads from the one to the other, too. */
  readonly implied: boolean;
}

const LINE = 15;
/** Mean advance of a letter at 12 pixels, bold too, rounded up: fonts differ. */
const LETTER = 7.3;
const LABEL_LETTERS = 14;
/** Boxes of a row that is longer stand in two: a page shows about 1130 pixels, and arrows need room between boxes. */
const ROW = 900;
const MARGIN = 20;
/** Left of the boxes, where the layers have their names. */
const GUTTER = 104;
const HEAD = 66;
const FOOT = 62;

/** A drawing for a page that has a style sheet of its own: the SVG, and the rules that colour it. */
export interface DrawnGraph {
  readonly svg: string;
  readonly css: string;
}

/**
 * Draws what reads what as an SVG document of its own, which HTML may also hold as it is: layers from top to bottom,
 * arrows from what is read to what reads, each with its reach as a tooltip. An arrow that a longer way implies is seen
 * while one of its tables is pointed at. Light and dark follow the reader's choice.
 */
export async function graphSvg(drawing: Drawing): Promise<string> {
  const { svg, css } = await drawGraph(drawing);
  return svg.replace('</desc>\n', (end) => `${end}<style>${css}</style>\n`);
}

/** The same drawing with its style apart. */
export async function drawGraph({ title, models }: Drawing): Promise<DrawnGraph> {
  const boxes = boxesOf(models);
  const arrows = arrowsOf(models);
  const direct = arrows.filter(({ implied }) => !implied);
  const rows = rowsOf(boxes);
  const layout = await layOut({
    boxes: boxes.map(({ table, width, height }) => ({
      id: table,
      width,
      height,
      row: rows.get(table)!,
    })),
    arrows: direct,
  });
  const width = Math.ceil(Math.max(layout.width, 760) + GUTTER + MARGIN);
  const height = Math.ceil(layout.height + HEAD + FOOT);
  const number = new Map(boxes.map(({ table }, i) => [table, i]));
  const byTable = new Map(boxes.map((box) => [box.table, box]));
  const impliedMarks = arrows
    .filter(({ implied }) => implied)
    .map((arrow) => {
      const line = straightDown(byTable.get(arrow.from)!, byTable.get(arrow.to)!, layout);
      return arrowMark(arrow, line, number);
    });
  const directMarks = direct.map((arrow, i) => arrowMark(arrow, layout.arrows[i]!, number));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" class="hd-graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="hd-graph-title hd-graph-desc">
<title id="hd-graph-title">${escapeXml(title)}</title>
<desc id="hd-graph-desc">${escapeXml(summary(models, boxes))}</desc>
<rect class="page" width="${width}" height="${height}"/>
<text class="heading" x="${MARGIN}" y="34">${escapeXml(title)}</text>
${bands(boxes, layout, width).join('\n')}
<g transform="translate(${GUTTER} ${HEAD})">
${[...impliedMarks, ...directMarks].join('\n')}
${boxes.map((box, i) => boxMark(box, layout, i)).join('\n')}
</g>
${legend(height - 20, models)}
</svg>
`;
  return { svg, css: `${GRAPH_STYLE}${fitRule(width)}${hoverRules(boxes)}` };
}

function boxesOf(models: readonly DrawnModel[]): Box[] {
  const byName = new Map(models.map((model) => [model.table, model]));
  return [...placeTables(models)].map(([table, place]) => {
    const model = byName.get(table);
    const name = labelLines(table.slice(table.indexOf('.') + 1));
    const lines = model?.origin === 'workspace' ? [...name, '(yours)'] : name;
    const letters = Math.max(...lines.map((line) => line.length));
    const height = lines.length * LINE + 14;
    return { table, model, place, lines, width: letters * LETTER + 16, height };
  });
}

/** A long name in lines that end at an underscore. */
export function labelLines(name: string): string[] {
  const lines = [''];
  for (const word of name.split(/(?<=_)/)) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + word.length > LABEL_LETTERS) lines.push(word);
    else lines[lines.length - 1] = line + word;
  }
  return lines;
}

function arrowsOf(models: readonly DrawnModel[]): Arrow[] {
  const direct = new Map(models.map((m) => [m.table, m.reads.map(({ table }) => table)]));
  const above = new Map<string, Set<string>>();
  for (const [table, reads] of direct) {
    above.set(table, new Set(reads.flatMap((read) => [read, ...(above.get(read) ?? [])])));
  }
  return models.flatMap(({ table, reads }) =>
    reads.map((read) => ({
      from: read.table,
      to: table,
      reaches: read.reaches,
      implied: reads.some((other) => above.get(other.table)?.has(read.table) === true),
    })),
  );
}

/** The row of each table: one for each step of a layer, and as many as it takes where that would be too long. */
function rowsOf(boxes: readonly Box[]): ReadonlyMap<string, number> {
  const steps = new Map<number, Box[]>();
  for (const box of boxes) {
    const key = box.place.layer * 1000 + box.place.step;
    steps.set(key, [...(steps.get(key) ?? []), box]);
  }
  const rows = [...steps]
    .sort(([a], [b]) => a - b)
    .flatMap(([, step]) => {
      const length = step.reduce((sum, { width }) => sum + width, 0);
      const each = Math.ceil(step.length / Math.ceil(length / ROW));
      return step.flatMap((_, i) => (i % each === 0 ? [step.slice(i, i + each)] : []));
    });
  return new Map(rows.flatMap((row, i) => row.map(({ table }) => [table, i] as const)));
}

/** A shaded band behind each layer, with its name at the left. */
function bands(boxes: readonly Box[], layout: Layout, width: number): string[] {
  return LAYERS.flatMap((name, layer) => {
    const those = boxes.filter(({ place }) => place.layer === layer);
    if (those.length === 0) return [];
    const at = (box: Box) => layout.boxes.get(box.table)!.y + HEAD;
    const top = Math.min(...those.map((box) => at(box) - box.height / 2)) - 12;
    const bottom = Math.max(...those.map((box) => at(box) + box.height / 2)) + 12;
    return [
      `<rect class="band" x="12" y="${fixed(top)}" width="${width - 24}" height="${fixed(bottom - top)}" rx="8"/>`,
      `<text class="layer" x="${MARGIN}" y="${fixed(top + 24)}">${name}</text>`,
    ];
  });
}

/** A curve from the lower edge of one box to the upper edge of another, whatever stands between. */
function straightDown(from: Box, to: Box, layout: Layout): Layout['arrows'][number] {
  const [start, tip] = [layout.boxes.get(from.table)!, layout.boxes.get(to.table)!];
  const [top, bottom] = [start.y + from.height / 2, tip.y - to.height / 2 - 7];
  const middle = (top + bottom) / 2;
  return {
    curve: [
      { x: start.x, y: top },
      { x: start.x, y: middle },
      { x: tip.x, y: middle },
      { x: tip.x, y: bottom },
    ],
    tip: { x: tip.x, y: bottom + 7 },
  };
}

function arrowMark(
  { from, to, reaches, implied }: Arrow,
  { curve, tip }: Layout['arrows'][number],
  number: ReadonlyMap<string, number>,
): string {
  const [start, ...rest] = curve.map(({ x, y }) => `${fixed(x)} ${fixed(y)}`);
  const path = `M${start}C${rest.join(' ')}`;
  const end = curve.at(-1)!;
  const [dx, dy] = [(tip.x - end.x) * 0.45, (tip.y - end.y) * 0.45];
  const head = [
    [tip.x, tip.y],
    [end.x - dy, end.y + dx],
    [end.x + dy, end.y - dx],
  ]
    .map(([x, y]) => `${fixed(x!)},${fixed(y!)}`)
    .join(' ');
  const kind = `arrow${implied ? ' implied' : ''} a${number.get(from)} a${number.get(to)}`;
  const text = escapeXml(`${to} reads ${from}: ${reaches.join('; ')}`);
  return `<g class="${kind}"><title>${text}</title><path class="reach" d="${path}"/><path d="${path}"/><polygon points="${head}"/></g>`;
}

function boxMark({ table, model, lines, width, height }: Box, layout: Layout, i: number): string {
  const { x, y } = layout.boxes.get(table)!;
  const kind = model === undefined ? 'raw' : model.origin === 'workspace' ? 'yours' : 'ours';
  const published = table.startsWith('nba_') && model !== undefined ? ' published' : '';
  const radius = kind === 'raw' ? height / 2 : kind === 'ours' ? 6 : 0;
  const first = y - ((lines.length - 1) * LINE) / 2 + 4;
  const spans = lines
    .map(
      (line, n) =>
        `<tspan x="${fixed(x)}" y="${fixed(first + n * LINE)}">${escapeXml(line)}</tspan>`,
    )
    .join('');
  const text = escapeXml(
    [table, model?.description ?? ''].filter((part) => part !== '').join('\n'),
  );
  return `<g class="box ${kind}${published} b${i}"><title>${text}</title><rect x="${fixed(x - width / 2)}" y="${fixed(y - height / 2)}" width="${fixed(width)}" height="${fixed(height)}" rx="${fixed(radius)}"/><text>${spans}</text></g>`;
}

/** In a page a drawing shrinks to the room it has, until its letters of 12 pixels are 11; then it scrolls. */
function fitRule(width: number): string {
  const least = Math.ceil((width * 11) / 12);
  return `@media screen{.drawing .hd-graph{min-width:${least}px;max-width:${width}px}}\n`;
}

/** Pointing at a table brings its arrows out. */
function hoverRules(boxes: readonly Box[]): string {
  if (boxes.length === 0) return '';
  const pointed = boxes.map((_, i) => `.hd-graph:has(.b${i}:hover) .a${i}`);
  return `${pointed.join(',\n')}{--line:var(--strong);--thick:2.2px;visibility:visible}\n`;
}

function legend(y: number, models: readonly DrawnModel[]): string {
  const yours = models.some(({ origin }) => origin === 'workspace');
  const entries: [string, string, number][] = [
    ['raw', 'raw table', 90],
    ['ours', 'computed by hoopduck', 164],
    ['ours published', 'published', 98],
    ...(yours ? ([['yours', 'yours', 72]] as [string, string, number][]) : []),
  ];
  let x = MARGIN;
  const marks = entries.map(([kind, text, width]) => {
    const radius = kind === 'raw' ? 7 : kind === 'yours' ? 0 : 4;
    const mark = `<g class="box ${kind}"><rect x="${x}" y="${y - 11}" width="22" height="14" rx="${radius}"/></g><text class="key" x="${x + 29}" y="${y}">${text}</text>`;
    x += width + 24;
    return mark;
  });
  const lines = [
    ['', 'is read by'],
    [' sample', 'by another way, too: seen when pointed at'],
  ].map(([kind, text]) => {
    const mark = `<g class="arrow${kind}"><path d="M${x} ${y - 4}h24"/><polygon points="${x + 30},${y - 4} ${x + 23},${y - 7} ${x + 23},${y - 1}"/></g><text class="key" x="${x + 37}" y="${y}">${text}</text>`;
    x += 130;
    return mark;
  });
  return [...marks, ...lines].join('\n');
}

function summary(models: readonly DrawnModel[], boxes: readonly Box[]): string {
  const raw = boxes.length - models.length;
  const yours = models.filter(({ origin }) => origin === 'workspace').map(({ table }) => table);
  const layers = LAYERS.filter((_, layer) => boxes.some(({ place }) => place.layer === layer));
  const own = yours.length === 0 ? '' : ` Of the workspace's own: ${yours.join(', ')}.`;
  return `Tables in layers from top to bottom (${layers.join(', ')}): ${models.length} computed, ${raw} raw. An arrow runs from a table to one that reads it.${own}`;
}

/** One decimal is finer than a pixel. */
function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
