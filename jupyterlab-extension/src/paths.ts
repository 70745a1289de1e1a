/** Files as JupyterLab names them. */
import { PageConfig } from '@jupyterlab/coreutils';

/** The path in the lab of a file; null for one outside of the folder that the lab serves. */
export function pathOf(uri: string): string | null {
  const root = PageConfig.getOption('rootUri').replace(/\/*$/, '/');
  return uri.startsWith(root) ? decodeURIComponent(uri.slice(root.length)) : null;
}
