/** A step to try things with: where there is none yet, a file is made for it, after asking. */
import * as vscode from 'vscode';

import type { Client } from './client';
import { candidates, stepsOf } from './documents';

const SAMPLE = `import valohai

valohai.prepare(
    step="train",
    image="python:3.11-slim",
    default_parameters={"learning-rate": 0.001, "epochs": 5},
)

for epoch in range(valohai.parameters("epochs").value):
    print(f"epoch {epoch}: learning rate {valohai.parameters('learning-rate').value}")
`;

/** Show a file with a step: one of the workspace, else a new `train.py`; undefined when a person wants none. */
export async function openSample(client: Client, storage: vscode.Uri): Promise<vscode.Uri | undefined> {
  for (const uri of await candidates()) {
    if ((await stepsOf(client, uri)) > 0) {
      return shown(uri);
    }
  }
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    // Nothing is open: the sample is the extension's own, and nobody's files are touched.
    return shown(await written(vscode.Uri.joinPath(storage, 'sample')));
  }
  const name = await freeName(folder.uri);
  const create = `Create ${name}`;
  const message = `There is no step in '${folder.name}' yet. Create ${name} with a small one?`;
  const answer = await vscode.window.showInformationMessage(message, { modal: true }, create);
  return answer === create ? shown(await written(folder.uri, name)) : undefined;
}

async function shown(uri: vscode.Uri): Promise<vscode.Uri> {
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
}

async function written(folder: vscode.Uri, name = 'train.py'): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder, name);
  if (!(await isThere(uri))) {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(SAMPLE));
  }
  return uri;
}

async function freeName(folder: vscode.Uri): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'train.py' : `train${number}.py`;
    if (!(await isThere(vscode.Uri.joinPath(folder, name)))) {
      return name;
    }
  }
}

function isThere(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
