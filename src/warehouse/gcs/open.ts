export async function openGcs(..._: unknown[]): Promise<never> {
  throw new Error('not yet');
}
