/** What a Python is told, to run the language server. */

/**
 * The bundled server, isolated: no environment variable, no site-packages and no current folder gets between it
 * and its parts. Bytecode goes to a folder of its own, since the extension's may be read-only.
 */
export function bundledArguments(script: string, bytecode: string): string[] {
  return ['-I', '-S', '-X', 'utf8', '-X', `pycache_prefix=${bytecode}`, script];
}

/** The server that is installed for the interpreter. */
export function environmentArguments(): string[] {
  return ['-X', 'utf8', '-m', 'valohai_steps', 'server'];
}
