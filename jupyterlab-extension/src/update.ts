/** The update of valohai.yaml, from the click to the file. */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ILSPDocumentConnectionManager } from '@jupyterlab/lsp';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { nameOf } from './concern';
import { Difference } from './difference';
import { askFirst } from './priority';
import { documentAt, proposeUpdate, SERVER, tellChanged, type LabDocument } from './server';
import { Refusal, write } from './writing';

/** What the button needs of the lab. */
export interface Lab {
  connections: ILSPDocumentConnectionManager;
  documents: IDocumentManager;
  settings: ISettingRegistry;
}

/** Show what would change in valohai.yaml, and write it after a yes. What stands in the way is said. */
export async function update(lab: Lab, path: string): Promise<void> {
  try {
    await updated(lab, path);
  } catch (error) {
    const reason = reasonOf(error);
    const actions = error instanceof NotReady ? [{ label: 'Try again', callback: () => void update(lab, path) }] : [];
    const message = error instanceof Refusal ? reason : `valohai.yaml was not updated: ${reason}`;
    Notification.error(message, { actions, autoClose: false });
  }
}

/** No language server has the document, which may be otherwise a moment later. */
class NotReady extends Refusal {}

/** The document once a server has it: a page that was just opened is not connected yet. A person who waits is told so. */
async function ready(lab: Lab, path: string): Promise<LabDocument> {
  let notice = '';
  const waiting = () => {
    notice = Notification.emit('waiting for the language server', 'in-progress', { autoClose: false });
  };
  try {
    const document = await documentAt(lab.connections, path, waiting);
    if (document !== null) return document;
  } finally {
    if (notice) Notification.dismiss(notice);
  }
  throw new NotReady('the language server is not ready; is jupyterlab-lsp installed, and its status "connected"?');
}

async function updated(lab: Lab, path: string): Promise<void> {
  const document = await ready(lab, path);
  if (document.server !== SERVER) {
    offerOurs(lab, document.server);
    return;
  }
  const proposal = await proposeUpdate(document);
  if (proposal.refusal !== null) throw new Refusal(proposal.refusal);
  if (proposal.files.length === 0) {
    Notification.info(proposal.title, { autoClose: 5000 });
    return;
  }
  const answer = await showDialog({
    title: proposal.title,
    body: new Difference(proposal),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Update' })],
  });
  if (!answer.button.accept) return;
  await write(lab.documents, proposal.files, path);
  await tellChanged(
    document.connection,
    proposal.files.map((file) => file.uri),
  );
  const updated = `Updated ${proposal.files.map((file) => file.name).join(' and ')}`;
  Notification.success(isUnsaved(lab, path) ? `${updated}; ${nameOf(path)} is not saved yet` : updated, { autoClose: 5000 });
}

/** Whether valohai.yaml was made from a text that the disk does not have. */
function isUnsaved({ documents }: Lab, path: string): boolean {
  const widget = documents.findWidget(path, null);
  return (widget && documents.contextForWidget(widget)?.model.dirty) ?? false;
}

/** JupyterLab asks one language server about a language: a person chooses which, by one button. */
function offerOurs(lab: Lab, other: string): void {
  const message =
    `JupyterLab asks ${other} about this language, and no other server. With valohai-steps in its place, ${other} no longer ` +
    'helps with Python; Settings, Settings Editor, Language Servers takes it back.';
  const choose = async () => {
    await askFirst(lab.settings);
    window.location.reload();
  };
  const actions = [{ label: 'Ask valohai-steps and reload', callback: () => void choose().catch(notChosen) }];
  Notification.warning(message, { actions, autoClose: false });
}

function notChosen(error: unknown): void {
  Notification.error(`the setting was not changed: ${reasonOf(error)}`, { autoClose: false });
}

/** What the lab throws is not always an Error. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}
