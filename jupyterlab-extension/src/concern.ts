/** The name of a file without its folder. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether a document has to do with Valohai, by its name and its text alone. */
export function concerns(path: string, text: string): boolean {
  const name = nameOf(path);
  if (/\.(?:py|ipynb)$/.test(name)) return text.includes('valohai');
  return /^valohai\.ya?ml$/.test(name);
}
