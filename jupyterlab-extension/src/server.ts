/** The language server as JupyterLab is connected with it. */
import { untilReady, type ILSPConnection, type ILSPDocumentConnectionManager } from '@jupyterlab/lsp';

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

/** What else JupyterLab keeps to itself: the documents that were sent to the server. */
interface Inside {
  connection: Messages;
  openedUris: ReadonlyMap<string, boolean>;
}

/** A document of the lab, as its language server knows it. */
export interface LabDocument {
  uri: string;
  server: string;
  connection: ILSPConnection;
}

/** How often it is looked whether a server has a document, and how far apart, in milliseconds: half a minute in all. */
const LOOKS = 200;
const BETWEEN = 150;

/**
 * The document at a path of the lab once a server has its newest text; null when none has it after half a minute. `waiting` is
 * called when that takes longer than a look. The lab tells only of some of what a document waits for, so it is looked at.
 */
export async function documentAt(
  manager: ILSPDocumentConnectionManager,
  path: string,
  waiting: () => void,
): Promise<LabDocument | null> {
  const isThere = () => known(manager, path) !== null;
  if (!isThere()) {
    waiting();
    await untilReady(isThere, LOOKS, BETWEEN).catch(() => undefined); // what it throws says no more than that
  }
  await manager.adapters.get(path)?.updateFinished;
  return known(manager, path);
}

/** The document at a path of the lab, if it is connected with a server now. */
function known(manager: ILSPDocumentConnectionManager, path: string): LabDocument | null {
  const virtual = manager.adapters.get(path)?.virtualDocument;
  const connection = virtual && manager.connections.get(virtual.uri);
  if (!virtual || !connection?.isReady) return null;
  const { uri } = virtual.documentInfo;
  // A connection is ready a moment before the text is sent: until then the server has what is on the disk.
  if (!inside(connection).openedUris.has(uri)) return null;
  return { uri, server: connection.serverIdentifier ?? '', connection };
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

const messages = (connection: ILSPConnection): Messages => inside(connection).connection;

const inside = (connection: ILSPConnection): Inside => connection as unknown as Inside;
