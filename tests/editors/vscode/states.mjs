// The states of a session, one after another: each is reported in a line that scenario.py reads, and leaves a picture.

export const pictureName = (index, state) => `${String(index + 1).padStart(2, '0')} ${state}`.replaceAll(/[^\w]+/g, '-');

// A file of the extension in a view of VS Code has a name there; the view's service worker gives it, and nobody is asked.
const IN_A_VIEW = '.vscode-resource.vscode-cdn.net';

// The addresses that a browser's context asks for, from now on, that are not of this machine; it fills by itself.
export function addressesOutside(context) {
  const outside = [];
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isHere = hostname === '127.0.0.1' || hostname.endsWith(IN_A_VIEW);
    if (protocol.startsWith('http') && !isHere) outside.push(request.url());
  });
  return outside;
}

// Runs the states, functions under their names, until one does not hold. `keep(name, failed)` keeps a picture under that
// name; `outside` are addresses of other machines, of which a state may add none; `logs()` tells more of a failure.
export async function reach(states, { keep, outside, logs = () => '' }) {
  for (const [index, [state, run]] of Object.entries(states).entries()) {
    const started = Date.now();
    const name = pictureName(index, state);
    let said = '';
    try {
      await run(name);
      if (outside().length > 0) throw new Error(`asked for from outside: ${outside()}`);
    } catch (error) {
      said = error.stack;
      console.error(logs());
    }
    await keep(name, said !== '');
    const seconds = (Date.now() - started) / 1000;
    console.log(`STATE ${JSON.stringify({ state, ok: said === '', said, seconds })}`);
    if (said) break;
  }
}
