// Answers on a loopback port, which is written to $PROBE/<name of the workspace>: GET / tells what VS Code holds, GET /tools
// the tools that it offers to language models, and POST /tools/<name> calls one with the input that is sent, as an agent does.
const http = require('node:http');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

// A notebook's cells are documents of the notebook's path.
const fileOf = (uri) => path.relative(vscode.workspace.workspaceFolders[0].uri.fsPath, uri.fsPath);
const isOurs = (uri) => ['file', 'vscode-notebook-cell', 'untitled'].includes(uri.scheme);
const codeOf = ({ code }) => (typeof code === 'object' ? code.value : code);

function findings() {
  const found = {};
  for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) {
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (!document || !isOurs(uri)) continue;
    const here = diagnostics.map((item) => ({
      code: codeOf(item),
      text: document.getText(item.range),
      message: item.message,
      at: document.offsetAt(item.range.start),
    }));
    found[fileOf(uri)] = [...(found[fileOf(uri)] ?? []), ...here];
  }
  for (const list of Object.values(found)) list.sort((one, other) => one.at - other.at || one.code.localeCompare(other.code));
  return found;
}

function state() {
  const open = vscode.workspace.textDocuments.filter((document) => isOurs(document.uri));
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return {
    texts: Object.fromEntries(open.map((document) => [fileOf(document.uri), document.getText()])),
    dirty: open.filter((document) => document.isDirty).map((document) => fileOf(document.uri)),
    tabs: tabs.map((tab) => tab.label),
    trusted: vscode.workspace.isTrusted,
    active: vscode.extensions.all.filter((extension) => extension.isActive).map((extension) => extension.id),
    findings: findings(),
  };
}

const tools = () => vscode.lm.tools.map(({ name, description, inputSchema, tags }) => ({ name, description, inputSchema, tags }));

// What a model reads of the answer of a tool, or of its refusal.
async function call(name, input) {
  try {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return { text: content.map((part) => part.value).join('') };
  } catch (error) {
    return { error: error.message };
  }
}

async function answer(request) {
  if (request.url === '/tools') return tools();
  if (request.method !== 'POST') return state();
  const sent = await request.setEncoding('utf8').toArray();
  return call(request.url.replace('/tools/', ''), JSON.parse(sent.join('')));
}

exports.activate = (context) => {
  const server = http.createServer(async (request, response) => response.end(JSON.stringify(await answer(request))));
  server.listen(0, '127.0.0.1', () => {
    const name = path.basename(vscode.workspace.workspaceFolders[0].uri.fsPath);
    fs.writeFileSync(path.join(process.env.PROBE, name), String(server.address().port));
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
