/** Writing what was proposed: into the documents that are open, else to the disk, by the lab's own means. */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { Contents } from '@jupyterlab/services';
import { pathOf } from './paths';
import type { ProposedFile } from './server';

/** Why nothing was written, in words for a person. */
export class Refusal extends Error {}

interface Target {
  file: ProposedFile;
  path: string;
}

/**
 * Write all files, or none, in the drive of the lab's path `from`: what was written is put back when a later one cannot be. Throws a Refusal when one is not what
 * the proposal was made from, or when some could not be put back, which it names; else what stood in the way.
 */
export async function write(documents: IDocumentManager, files: ProposedFile[], from: string): Promise<void> {
  const drive = documents.services.contents.driveName(from);
  const targets = files.map((file) => located(file, drive));
  for (const target of targets) {
    if ((await current(documents, target.path)) !== target.file.before) throw changedSince(target.file);
  }
  for (const [index, { file, path }] of targets.entries()) {
    try {
      await writeOne(documents, path, file.after);
    } catch (error) {
      // The last one as well: it may be written, and only the answer was lost.
      const kept = await putBack(documents, targets.slice(0, index + 1));
      throw kept.length === 0 ? error : halfDone(file, error, kept);
    }
  }
}

/** Give files the text that they had; answers those that still have the new one, or one that nobody here has written. */
async function putBack(documents: IDocumentManager, targets: Target[]): Promise<ProposedFile[]> {
  const kept: ProposedFile[] = [];
  for (const { file, path } of targets.reverse()) {
    try {
      const now = await current(documents, path);
      if (now === file.after) await restore(documents, path, file.before);
      else if (now !== file.before) kept.push(file);
    } catch {
      kept.push(file); // the person is told of it, with the reason of the first failure
    }
  }
  return kept;
}

async function restore(documents: IDocumentManager, path: string, text: string | null): Promise<void> {
  if (text === null) await documents.services.contents.delete(path);
  else await writeOne(documents, path, text);
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

/** Where the lab has a file. With jupyter-collaboration before 4.0 what is open is in a drive of its own, "RTC:". */
function located(file: ProposedFile, drive: string): Target {
  const path = pathOf(file.uri);
  if (path === null)
    throw new Refusal(`${file.name} is outside of the folder that JupyterLab serves; start jupyter lab above it`);
  return { file, path: drive === '' ? path : `${drive}:${path}` };
}

function changedSince(file: ProposedFile): Refusal {
  return new Refusal(`${file.name} was changed meanwhile, and nothing was written; look at the difference again`);
}

function halfDone(file: ProposedFile, error: unknown, kept: ProposedFile[]): Refusal {
  const reason = error instanceof Error ? error.message : JSON.stringify(error);
  const names = kept.map((each) => each.name).join(' and ');
  return new Refusal(`${file.name} could not be written (${reason}), and ${names} could not be put back; look at the text there`);
}
