-- valohai-steps: valohai.yaml in step with valohai.prepare(), as you type.
-- Put this folder on your runtimepath (or copy the file to ~/.config/nvim/lsp/), then:
--   vim.lsp.enable('valohai_steps')

---@type vim.lsp.Config
return {
  cmd = { 'valohai-steps', 'server' },
  -- Of JSON files, notebooks only; of requirements.txt, that it was saved.
  filetypes = { 'python', 'yaml', 'json', 'requirements' },
  root_dir = function(buffer, start)
    if vim.bo[buffer].filetype == 'json' and not vim.endswith(vim.api.nvim_buf_get_name(buffer), '.ipynb') then
      return
    end
    -- The nearest valohai.yaml says where a project begins, unless it lies outside of the repository.
    local repository = vim.fs.root(buffer, '.git')
    local project = vim.fs.root(buffer, 'valohai.yaml') or vim.fs.root(buffer, 'pyproject.toml')
    if project and repository and #project < #repository then
      project = nil
    end
    start(project or repository)
  end,
  settings = {
    -- The settings of docs/settings.md, for example: rules = { VH113 = 'off' }
    ['valohai-steps'] = vim.empty_dict(),
  },
}
