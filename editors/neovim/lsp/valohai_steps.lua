-- valohai-steps: valohai.yaml in step with valohai.prepare(), as you type.
-- Put this folder on your runtimepath (or copy the file to ~/.config/nvim/lsp/), then:
--   vim.lsp.enable('valohai_steps')

---@type vim.lsp.Config
return {
  cmd = { 'valohai-steps', 'server' },
  filetypes = { 'python', 'yaml' },
  root_markers = { 'valohai.yaml', 'pyproject.toml', '.git' },
  settings = {
    -- The settings of docs/settings.md, for example: rules = { VH113 = 'off' }
    ['valohai-steps'] = vim.empty_dict(),
  },
}
