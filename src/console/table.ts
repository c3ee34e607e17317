import { fitWidth, textWidth } from '../text-width.ts';
import type { Style } from './style.ts';

export interface TableColumn {
  readonly title: string;
  /** Numbers stand right; the default is left. */
  readonly align?: 'left' | 'right';
  /** Longer cells are cut with an ellipsis. */
  readonly maxWidth?: number;
}

/**
 * Lays out rows under bold titles, two spaces between columns, aligned by the width that the text has
 * on a terminal. Cells may carry colours (then they are not cut).
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const cells = rows.map((row) =>
    columns.map((column, i) => {
      const cell = row[i] ?? '';
      const plain = !cell.includes('\u001b');
      return column.maxWidth !== undefined && plain ? fitWidth(cell, column.maxWidth) : cell;
    }),
  );
  const widths = columns.map((column, i) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[i]!)), textWidth(column.title)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => {
        const padding = ' '.repeat(widths[i]! - textWidth(cell));
        return columns[i]!.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  const head = style.bold(line(columns.map((column) => column.title)));
  return [head, ...cells.map(line)].join('\n');
}
