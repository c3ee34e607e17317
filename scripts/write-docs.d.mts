/** The generated pages of docs/reference by their paths, from the program compiled to `dist`. */
export function referencePages(dist: string): Promise<Record<string, string>>;
