-- :ValohaiUpdate writes the steps of the current file to valohai.yaml, as one undoable edit of its buffer; in a
-- valohai.yaml those of all files that declare a step of it.
vim.api.nvim_create_user_command('ValohaiUpdate', function()
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'valohai_steps' })[1]
  if not client then
    vim.notify(
      'valohai-steps does not run here: open a Python file or valohai.yaml of the project (:checkhealth vim.lsp)',
      vim.log.levels.ERROR
    )
    return
  end
  client:exec_cmd({
    title = 'Update valohai.yaml',
    command = 'valohai-steps.updateFile',
    arguments = { vim.uri_from_bufnr(0) },
  })
end, { desc = 'Update valohai.yaml from the valohai.prepare() calls of this file, or of its files' })
