-- :ValohaiUpdate writes the steps of the current file to valohai.yaml, as one undoable edit of its buffer.
vim.api.nvim_create_user_command('ValohaiUpdate', function()
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'valohai_steps' })[1]
  if not client then
    vim.notify('valohai-steps is not running for this buffer; see :checkhealth vim.lsp', vim.log.levels.ERROR)
    return
  end
  client:exec_cmd({
    title = 'Update valohai.yaml',
    command = 'valohai-steps.updateFile',
    arguments = { vim.uri_from_bufnr(0) },
  })
end, { desc = 'Update valohai.yaml from the valohai.prepare() calls of this file' })
