/** Services whose webhook addresses are themselves the key. */
const KEYED_HOSTS =
  /(^|\.)(hooks\.slack\.com|discord(app)?\.com|webhook\.office\.com|chat\.googleapis\.com|hooks\.zapier\.com)$/;
/** A token of chance: long, of letters and digits. */
const TOKEN = /^(?=.*\d)(?=.*[A-Za-z])[\w-]{20,}$/;

/** Whether who knows an address can write to it: it holds a password, a token, or belongs to a service that gives such. */
export function looksSecret(address: string): boolean {
  const { username, password, hostname, pathname, searchParams } = new URL(address);
  if (username !== '' || password !== '' || KEYED_HOSTS.test(hostname)) return true;
  const parts = [...pathname.split('/'), ...searchParams.values()];
  const named = [...searchParams.keys()].some((key) => /token|key|secret|sig/i.test(key));
  return named || parts.some((part) => TOKEN.test(part));
}
