/** The text of the page that shows a pipeline: everything is in it, and nothing can be loaded. */

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; padding: 8px 12px; color: var(--vscode-foreground); background: var(--vscode-editor-background);
  font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
[hidden] { display: none !important; }
button { font: inherit; color: inherit; background: none; border: 1px solid transparent; cursor: pointer; text-align: start; }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
#tabs { display: flex; flex-wrap: wrap; gap: 2px 8px; margin-bottom: 8px; border-bottom: 1px solid
  var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
#tabs button { padding: 4px 8px; color: var(--vscode-descriptionForeground); border-bottom: 2px solid transparent; }
#tabs [aria-selected=true] { color: var(--vscode-foreground); border-bottom-color: var(--vscode-focusBorder); }
#note { max-width: 46em; margin: 8px 0; color: var(--vscode-descriptionForeground); }
#drawing { overflow-x: auto; padding: 4px 0; }
.old #drawing { opacity: 0.5; }
svg { display: block; height: auto; }
#problems { margin: 8px 0; padding: 0; list-style: none; }
#problems button { padding: 2px 4px; color: var(--vscode-editorError-foreground, var(--vscode-errorForeground)); }
#problems button::before { content: "✗ "; }
#problems button:hover { text-decoration: underline; }
.vscode-high-contrast button:hover, .vscode-high-contrast-light button:hover { outline: 1px dashed var(--vscode-contrastActiveBorder); }
`;

/** The page with a script in it; `nonce` is a word that nobody can guess, without which nothing runs or is styled. */
export function pageText(script: string, nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pipeline</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<div id="tabs" role="tablist" aria-label="Pipelines" hidden></div>
<div id="note" role="status" hidden></div>
<div id="drawing" role="tabpanel" aria-label="Pipeline"></div>
<ul id="problems" aria-label="Problems" hidden></ul>
<script nonce="${nonce}" data-nonce="${nonce}">${script}</script>
</body>
</html>`;
}
