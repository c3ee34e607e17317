import { z } from 'zod';

/** Keys that a schema knows at a path, for did-you-mean; empty where it takes any key. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current = bare(schema);
  for (const step of path) {
    let next: unknown;
    if (current instanceof z.ZodObject) next = current.shape[String(step)];
    else if (current instanceof z.ZodRecord) next = current.valueType;
    else if (current instanceof z.ZodArray) next = current.element;
    if (!(next instanceof z.ZodType)) return [];
    current = bare(next);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

/** The schema inside optional, nullable, default and pipe wrappers. */
function bare(schema: z.ZodType): z.ZodType {
  let current: unknown = schema;
  for (;;) {
    if (
      current instanceof z.ZodOptional ||
      current instanceof z.ZodNullable ||
      current instanceof z.ZodDefault ||
      current instanceof z.ZodPrefault ||
      current instanceof z.ZodReadonly
    ) {
      current = current.unwrap();
    } else if (current instanceof z.ZodPipe) {
      current = current.in;
    } else {
      return current as z.ZodType;
    }
  }
}
