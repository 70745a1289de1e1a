/** Which language server JupyterLab asks about a language: of several the one with the highest priority, and no other. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { SERVER } from './server';

/** Where jupyterlab-lsp keeps its settings of language servers, and the priority of one without. */
const PLUGIN = '@jupyter-lsp/jupyterlab-lsp:plugin';
const USUAL = 50;

type Value = Parameters<ISettingRegistry['set']>[2];

interface Servers {
  readonly [name: string]: { readonly priority?: number; readonly serverSettings?: Value } | undefined;
}

/** Give our server a priority above all others, as a person does in the Settings Editor; it counts from the next page on. */
export async function askFirst(registry: ISettingRegistry): Promise<void> {
  const servers = (await registry.load(PLUGIN)).get('language_servers');
  const mine = (servers.user ?? {}) as Servers;
  const others = Object.entries((servers.composite ?? {}) as Servers).filter(([name]) => name !== SERVER);
  const highest = Math.max(USUAL, ...others.map(([, settings]) => settings?.priority ?? USUAL));
  // jupyterlab-lsp passes over a server without settings.
  const first = { serverSettings: {}, ...mine[SERVER], priority: highest + 1 };
  await registry.set(PLUGIN, 'language_servers', { ...mine, [SERVER]: first });
}
