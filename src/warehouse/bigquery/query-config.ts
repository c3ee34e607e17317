import type { BigQueryLocation } from '../../config/location.ts';

/** Dates that a statement names as `@name`; they are bound, never pasted into it. */
export type DateParameters = Readonly<Record<string, string>>;

/** What a job runs: GoogleSQL, within the configured bound of bytes. */
export function queryConfig(
  { maxBytesBilled }: Pick<BigQueryLocation, 'maxBytesBilled'>,
  query: string,
  dates: DateParameters = {},
): Record<string, unknown> {
  const named = Object.entries(dates);
  return {
    query,
    useLegacySql: false,
    ...(named.length > 0 && {
      parameterMode: 'NAMED',
      queryParameters: named.map(([name, value]) => ({
        name,
        parameterType: { type: 'DATE' },
        parameterValue: { value },
      })),
    }),
    ...(maxBytesBilled !== null && { maximumBytesBilled: String(maxBytesBilled) }),
  };
}
