/** What a Python is told, to run the language server. */

/**
 * The bundled server, isolated: no environment variable, no site-packages and no current folder gets between it
 * and its parts. Bytecode goes to a folder of its own, since the extension's may be read-only.
 */
export function bundledArguments(script: string, bytecode: string): string[] {
  return ['-I', '-S', '-X', 'utf8', '-X', `pycache_prefix=${bytecode}`, script];
}

/**
 * The bundled server for agents. It needs the package mcp, which is not in the bundle (with what that needs it would be
 * three times as large): it comes from the interpreter's own site-packages, behind the bundle's parts.
 */
export function bundledAgentArguments(script: string, bytecode: string, roots: readonly string[]): string[] {
  return ['-I', '-X', 'utf8', '-X', `pycache_prefix=${bytecode}`, script, 'mcp', ...rootArguments(roots)];
}

/** The server for agents that is installed for the interpreter. */
export function environmentAgentArguments(roots: readonly string[]): string[] {
  return ['-X', 'utf8', '-m', 'valohai_steps', 'mcp', ...rootArguments(roots)];
}

function rootArguments(roots: readonly string[]): string[] {
  return roots.flatMap((root) => ['--root', root]);
}

/** The server that is installed for the interpreter. */
export function environmentArguments(): string[] {
  return ['-X', 'utf8', '-m', 'valohai_steps', 'server'];
}
