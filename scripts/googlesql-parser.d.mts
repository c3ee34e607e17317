/** The parser's file, installed if it is not there; or what is missing, in words. */
export function installGoogleSqlParser(): { path: string } | { missing: string };
