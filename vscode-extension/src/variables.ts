/** Paths in settings, as people write them. */

/** What the variables of a path stand for. */
export interface Surroundings {
  readonly home: string;
  readonly workspaceFolder: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The path with `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}` filled in; what is unknown stays. */
export function filledIn(path: string, { home, workspaceFolder, environment }: Surroundings): string {
  return path
    .replace(/^~(?=[\\/]|$)/, () => home)
    .replace(/\$\{(workspaceFolder|userHome|env:(\w+))\}/g, (whole, variable: string, name: string | undefined) => {
      if (name !== undefined) {
        return environment[name] ?? whole;
      }
      return (variable === 'userHome' ? home : workspaceFolder) ?? whole;
    });
}
