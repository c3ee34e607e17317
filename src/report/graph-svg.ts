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
const LETTER = 7.6;
const LABEL_LETTERS = 16;
const MARGIN = 24;
const HEAD = 92;
const FOOT = 52;

/** A drawing for a page that has a style sheet of its own: the SVG, and the rules that colour it. */
export interface DrawnGraph {
  readonly svg: string;
  readonly css: string;
}

/**
 * Draws what reads what as an SVG document of its own, which HTML may also hold as it is: layers from left to right,
 * arrows from what is read to what reads, each with its reach as a tooltip. Light and dark follow the reader's choice.
 */
export async function graphSvg(drawing: Drawing): Promise<string> {
  const { svg, css } = await drawGraph(drawing);
  return svg.replace('</desc>\n', (end) => `${end}<style>${css}</style>\n`);
}

/** The same drawing with its style apart. */
export async function drawGraph({ title, models }: Drawing): Promise<DrawnGraph> {
  const boxes = boxesOf(models);
  const arrows = arrowsOf(models);
  const columns = columnsOf(boxes);
  const layout = await layOut({
    boxes: boxes.map(({ table, width, height, place }) => ({
      id: table,
      width,
      height,
      column: columns.get(columnKey(place))!,
    })),
    arrows: arrows.map(({ from, to, implied }) => ({ from, to, weight: implied ? 1 : 4 })),
  });
  const width = Math.ceil(Math.max(layout.width, 720) + 2 * MARGIN);
  const height = Math.ceil(layout.height + HEAD + FOOT);
  const number = new Map(boxes.map(({ table }, i) => [table, i]));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" class="hd-graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="hd-graph-title hd-graph-desc">
<title id="hd-graph-title">${escapeXml(title)}</title>
<desc id="hd-graph-desc">${escapeXml(summary(models, boxes))}</desc>
<rect class="page" width="${width}" height="${height}"/>
<text class="heading" x="${MARGIN}" y="34">${escapeXml(title)}</text>
${bands(boxes, layout, height).join('\n')}
<g transform="translate(${MARGIN} ${HEAD})">
${[...arrows.keys()]
  .sort((a, b) => Number(arrows[b]!.implied) - Number(arrows[a]!.implied))
  .map((i) => arrowMark(arrows[i]!, layout.arrows[i]!, number))
  .join('\n')}
${boxes.map((box, i) => boxMark(box, layout, i)).join('\n')}
</g>
${legend(height - 20, models)}
</svg>
`;
  return { svg, css: `${GRAPH_STYLE}${hoverRules(boxes)}` };
}

function boxesOf(models: readonly DrawnModel[]): Box[] {
  const byName = new Map(models.map((model) => [model.table, model]));
  return [...placeTables(models)].map(([table, place]) => {
    const model = byName.get(table);
    const name = labelLines(table.slice(table.indexOf('.') + 1));
    const lines = model?.origin === 'workspace' ? [...name, '(yours)'] : name;
    const letters = Math.max(...lines.map((line) => line.length));
    const height = lines.length * LINE + 14;
    return { table, model, place, lines, width: letters * LETTER + 18, height };
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

const columnKey = ({ layer, step }: Place): number => layer * 1000 + step;

/** Columns that hold a box, numbered from the left without gaps. */
function columnsOf(boxes: readonly Box[]): ReadonlyMap<number, number> {
  const keys = [...new Set(boxes.map(({ place }) => columnKey(place)))].sort((a, b) => a - b);
  return new Map(keys.map((key, i) => [key, i]));
}

/** A shaded band with its name behind each layer. */
function bands(boxes: readonly Box[], layout: Layout, height: number): string[] {
  return LAYERS.flatMap((name, layer) => {
    const those = boxes.filter(({ place }) => place.layer === layer);
    if (those.length === 0) return [];
    const at = (box: Box) => layout.boxes.get(box.table)!.x + MARGIN;
    const left = Math.min(...those.map((box) => at(box) - box.width / 2)) - 12;
    const right = Math.max(...those.map((box) => at(box) + box.width / 2)) + 12;
    return [
      `<rect class="band" x="${fixed(left)}" y="50" width="${fixed(right - left)}" height="${height - FOOT - 38}" rx="8"/>`,
      `<text class="layer" x="${fixed(left + 12)}" y="70">${name}</text>`,
    ];
  });
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

/** Pointing at a table brings its arrows out. */
function hoverRules(boxes: readonly Box[]): string {
  if (boxes.length === 0) return '';
  const pointed = boxes.map((_, i) => `.hd-graph:has(.b${i}:hover) .a${i}`);
  return `${pointed.join(',\n')}{--line:var(--strong);--thick:2.2px}\n`;
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
    [' implied', 'is read by, and by another way'],
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
  return `Tables in layers from left to right (${layers.join(', ')}): ${models.length} computed, ${raw} raw. An arrow runs from a table to one that reads it.${own}`;
}

/** One decimal is finer than a pixel. */
function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
