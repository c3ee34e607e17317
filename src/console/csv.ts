/** One record by RFC 4180, CRLF at its end. NULL is an empty field, an empty text is `""`. */
export function csvRecord(fields: readonly (string | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(field: string | null): string {
  if (field === null) return '';
  return field === '' || /[",\r\n]|^\s|\s$/.test(field)
    ? `"${field.replaceAll('"', '""')}"`
    : field;
}
