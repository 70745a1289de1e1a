/** Writing what was proposed: into the documents that are open, else to the disk, by the lab's own means. */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { Contents } from '@jupyterlab/services';
import { pathOf, type ProposedFile } from './server';

/** Why nothing was written, in words for a person. */
export class Refusal extends Error {}

interface Target {
  file: ProposedFile;
  path: string;
}

/** Write all files, or none: throws a Refusal when one is not what the proposal was made from. */
export async function write(documents: IDocumentManager, files: ProposedFile[]): Promise<void> {
  const targets = files.map(located);
  for (const target of targets) {
    if ((await current(documents, target.path)) !== target.file.before) throw changedSince(target.file);
  }
  for (const { file, path } of targets) await writeOne(documents, path, file.after);
}

async function writeOne(documents: IDocumentManager, path: string, text: string): Promise<void> {
  const context = contextOf(documents, path);
  if (context) {
    // One edit, that undo takes back.
    context.model.sharedModel.setSource(text);
    await context.save();
  } else {
    await documents.services.contents.save(path, { type: 'file', format: 'text', content: text });
  }
}

/** The text of a file: as it is open in the lab, saved or not, else on disk; null when there is none. */
async function current(documents: IDocumentManager, path: string): Promise<string | null> {
  const context = contextOf(documents, path);
  if (context) return context.model.toString();
  try {
    const found: Contents.IModel = await documents.services.contents.get(path, { type: 'file', format: 'text', content: true });
    return String(found.content);
  } catch (error) {
    if ((error as { response?: Response }).response?.status === 404) return null;
    throw error;
  }
}

function contextOf(documents: IDocumentManager, path: string) {
  const widget = documents.findWidget(path, null);
  return widget ? documents.contextForWidget(widget) : undefined;
}

function located(file: ProposedFile): Target {
  const path = pathOf(file.uri);
  if (path === null)
    throw new Refusal(`${file.name} is outside of the folder that JupyterLab serves; start jupyter lab above it`);
  return { file, path };
}

function changedSince(file: ProposedFile): Refusal {
  return new Refusal(`${file.name} was changed meanwhile, and nothing was written; look at the difference again`);
}
