/** A button over each Python file, notebook and valohai.yaml that has to do with Valohai. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ILSPDocumentConnectionManager } from '@jupyterlab/lsp';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ToolbarButton } from '@jupyterlab/ui-components';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { concerns } from './concern';
import { tellClosed } from './server';
import { update, type Lab } from './update';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'valohai-steps-jupyterlab:plugin',
  description: 'Updates valohai.yaml from the steps of a notebook or a Python file.',
  autoStart: true,
  requires: [ILSPDocumentConnectionManager, IDocumentManager, ISettingRegistry],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  connections: ILSPDocumentConnectionManager,
  documents: IDocumentManager,
  settings: ISettingRegistry,
): void {
  const lab = { connections, documents, settings };
  tellClosed(connections);
  const extension = {
    createNew: (widget: IDocumentWidget, context: DocumentRegistry.Context) => addButton(lab, widget, context),
  };
  for (const factory of ['Notebook', 'Editor']) app.docRegistry.addWidgetExtension(factory, extension);
}

/** The button, which is there while the document has to do with Valohai. */
function addButton(lab: Lab, widget: IDocumentWidget, context: DocumentRegistry.Context): IDisposable {
  const button = new ToolbarButton({
    label: 'Update valohai.yaml',
    tooltip: 'Show what the steps here would change in valohai.yaml, and write it',
    className: 'valohai-steps-update',
    onClick: () => {
      button.enabled = false; // until it is done: a second click would ask again what is being asked
      void update(lab, context.path).finally(() => (button.enabled = true));
    },
  });
  const show = () => button.setHidden(!concerns(context.path, textOf(context.model)));
  context.model.contentChanged.connect(show);
  context.pathChanged.connect(show);
  void context.ready.then(show);
  button.hide();
  widget.toolbar.addItem('valohai-steps-update', button);
  return new DisposableDelegate(() => {
    context.model.contentChanged.disconnect(show);
    context.pathChanged.disconnect(show);
    button.dispose();
  });
}

/** What a person has written: the text, of a notebook that of its cells, without the outputs. */
function textOf(model: DocumentRegistry.IModel): string {
  const { cells } = model.sharedModel as { cells?: { getSource(): string }[] };
  return cells ? cells.map((cell) => cell.getSource()).join('\n') : model.toString();
}

export default plugin;
