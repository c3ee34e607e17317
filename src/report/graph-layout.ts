import { instance } from '@viz-js/viz';

/** What is to be placed: boxes in points, each in a row, and arrows between them. */
export interface LayoutRequest {
  readonly boxes: readonly {
    readonly id: string;
    readonly width: number;
    readonly height: number;
    /** Rows are counted from the top. */
    readonly row: number;
  }[];
  readonly arrows: readonly {
    readonly from: string;
    readonly to: string;
  }[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands, in points from the top left. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Centre of each box by its id. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** In the order of the request: control points of Bézier curves, and where the arrow's tip is. */
  readonly arrows: readonly { readonly curve: readonly Point[]; readonly tip: Point }[];
}

interface VizDocument {
  readonly bb: string;
  /** Left out, as the edges are, where there are none. */
  readonly objects?: readonly { readonly name: string; readonly pos: string }[];
  readonly edges?: readonly { readonly id?: string; readonly pos: string }[];
}

const INCH = 72;

/**
 * Places boxes in rows from top to bottom with few crossings, by Graphviz. Rows are kept by a chain of unseen points, one
 * a row. Equal requests give equal layouts.
 */
export async function layOut({ boxes, arrows }: LayoutRequest): Promise<Layout> {
  const rows = [...new Set(boxes.map(({ row }) => row))].sort((a, b) => a - b);
  const anchor = (row: number) => `row ${row}`;
  const unseen = { style: 'invis', width: 0.01, height: 0.01, fixedsize: true, label: '' };
  const viz = await instance();
  const document = viz.renderJSON(
    {
      directed: true,
      graphAttributes: {
        rankdir: 'TB',
        nodesep: 0.09,
        ranksep: 0.42,
        splines: 'true',
        newrank: true,
        mclimit: 8,
      },
      nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
      nodes: boxes.map(({ id, width, height }) => ({
        name: id,
        attributes: { width: width / INCH, height: height / INCH },
      })),
      edges: [
        ...arrows.map(({ from, to }, i) => ({
          tail: from,
          head: to,
          attributes: { id: `arrow ${i}`, weight: 4, arrowsize: 0.7 },
        })),
        ...rows.slice(1).map((row, i) => ({
          tail: anchor(rows[i]!),
          head: anchor(row),
          attributes: { style: 'invis', weight: 0 },
        })),
      ],
      subgraphs: rows.map((row) => ({
        graphAttributes: { rank: 'same' },
        nodes: [
          { name: anchor(row), attributes: unseen },
          ...boxes.filter((box) => box.row === row).map(({ id }) => ({ name: id })),
        ],
      })),
    },
    { yInvert: true },
  ) as VizDocument;
  const [left, a, right, b] = document.bb.split(',').map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const top = Math.min(a, b);
  const shifted = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  const byId = new Map((document.edges ?? []).map((edge) => [edge.id, edge.pos]));
  const wanted = new Set(boxes.map(({ id }) => id));
  return {
    width: right - left,
    height: Math.abs(b - a),
    boxes: new Map(
      (document.objects ?? [])
        .filter(({ name }) => wanted.has(name))
        .map(({ name, pos }) => [name, shifted(pointOf(pos))]),
    ),
    arrows: arrows.map((_, i) => {
      // `e,x,y` is the tip; the rest are the curve's points.
      const [tip, ...curve] = byId.get(`arrow ${i}`)!.split(' ');
      return {
        tip: shifted(pointOf(tip!.slice(2))),
        curve: curve.map((point) => shifted(pointOf(point))),
      };
    }),
  };
}

function pointOf(text: string): Point {
  const [x, y] = text.split(',').map(Number) as [number, number];
  return { x, y };
}
