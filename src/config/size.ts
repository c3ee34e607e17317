/** Bytes of a size such as `1500MB` (powers of 1000) or `2GiB` (of 1024); undefined when the text is none. */
export function bytesOfSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([KMGT])(i?)B$/i.exec(text);
  if (found === null) return undefined;
  const power = 'KMGT'.indexOf(found[2]!.toUpperCase()) + 1;
  return Math.round(Number(found[1]) * (found[3] === '' ? 1000 : 1024) ** power);
}
