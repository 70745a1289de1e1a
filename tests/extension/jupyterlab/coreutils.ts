/** What `@jupyterlab/coreutils` says of a lab that serves one folder. */
export const PageConfig = { getOption: (name: string): string => (name === 'rootUri' ? 'file:///lab' : '') };
