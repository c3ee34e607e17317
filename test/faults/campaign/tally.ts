import { appendFileSync } from 'node:fs';

/** One fault that was planted, and whether nothing was lost by it. */
export interface Planted {
  readonly kind: string;
  readonly where: string;
  readonly survived: boolean;
  readonly detail?: string;
  readonly seed?: number;
  readonly faults?: readonly string[];
}

/** Notes a fault for the table of `npm run faults`; a run of tests alone keeps none. */
export function tell(planted: Planted): void {
  const file = process.env['HOOPDUCK_FAULTS_TABLE'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(planted)}\n`);
}
