/** The language server as JupyterLab is connected with it. */
import { PageConfig } from '@jupyterlab/coreutils';
import type { ILSPConnection, ILSPDocumentConnectionManager } from '@jupyterlab/lsp';

/** What jupyter-lsp calls the server: the key of its entry point. */
export const SERVER = 'valohai-steps';

/** A file as the update leaves it; `before` is null when the file is created. */
export interface ProposedFile {
  uri: string;
  name: string;
  before: string | null;
  after: string;
  diff: string;
}

/** What the server's command `valohai-steps.proposeUpdate` answers. `refusal` says why nothing can be written. */
export interface Proposal {
  refusal: string | null;
  title: string;
  question: string;
  notes: string[];
  files: ProposedFile[];
}

/** The messages of the connection. JupyterLab keeps them to itself: it has no method for a command of a server. */
interface Messages {
  sendRequest<T>(method: string, params: unknown): Promise<T>;
  sendNotification(method: string, params: unknown): Promise<void>;
}

/** A document of the lab, as its language server knows it. */
export interface LabDocument {
  uri: string;
  server: string;
  connection: ILSPConnection;
}

/** The document at a path of the lab once its newest text has been sent; null while no server has it. */
export async function documentAt(manager: ILSPDocumentConnectionManager, path: string): Promise<LabDocument | null> {
  const adapter = manager.adapters.get(path);
  await adapter?.updateFinished;
  const virtual = adapter?.virtualDocument;
  const connection = virtual && manager.connections.get(virtual.uri);
  if (!virtual || !connection?.isReady) return null;
  return { uri: virtual.documentInfo.uri, server: connection.serverIdentifier ?? '', connection };
}

/** What would change in valohai.yaml, and beside it. Rejects when the server cannot answer. */
export function proposeUpdate(document: LabDocument): Promise<Proposal> {
  const params = { command: 'valohai-steps.proposeUpdate', arguments: [document.uri] };
  return messages(document.connection).sendRequest<Proposal>('workspace/executeCommand', params);
}

/** Tell the server that files were changed on disk: JupyterLab watches none. */
export async function tellChanged(connection: ILSPConnection, uris: string[]): Promise<void> {
  const changes = uris.map((uri) => ({ uri, type: 2 }));
  await messages(connection).sendNotification('workspace/didChangeWatchedFiles', { changes });
}

/** Tell the server of documents that are closed, which JupyterLab does not: their unsaved text would go on to count. */
export function tellClosed(manager: ILSPDocumentConnectionManager): void {
  let open = new Map<string, [string, ILSPConnection]>();
  manager.documentsChanged.connect(() => {
    const now = new Map<string, [string, ILSPConnection]>();
    for (const [key, connection] of manager.connections) {
      const uri = manager.documents.get(key)?.documentInfo?.uri;
      if (uri && connection.serverIdentifier === SERVER) now.set(key, [uri, connection]);
    }
    for (const [key, [uri, connection]] of open) {
      if (!now.has(key) && !connection.isDisposed && connection.isReady)
        void messages(connection).sendNotification('textDocument/didClose', { textDocument: { uri } });
    }
    open = now;
  });
}

/** The path in the lab of a file; null for one outside of the folder that the lab serves. */
export function pathOf(uri: string): string | null {
  const root = PageConfig.getOption('rootUri').replace(/\/*$/, '/');
  return uri.startsWith(root) ? decodeURIComponent(uri.slice(root.length)) : null;
}

function messages(connection: ILSPConnection): Messages {
  return (connection as unknown as { connection: Messages }).connection;
}
