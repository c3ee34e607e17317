import { createHash } from 'node:crypto';
import type { JournalDate } from './journal.ts';

/** Names a unit's content: its table, and each date with the digest that it shall have. */
export function contentId(table: string, dates: readonly JournalDate[]): string {
  const parts = dates.map(({ date, digest }) => `${date}=${digest ?? 'removed'}`).sort();
  return createHash('sha256')
    .update([table, ...parts].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
