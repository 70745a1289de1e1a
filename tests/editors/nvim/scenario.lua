-- Run by test_neovim.py in a scratch workspace that holds train.py and a valohai.yaml with comments.
local function check(holds, what)
  if not holds then
    error(what, 2)
  end
  io.stdout:write('ok - ' .. what .. '\n')
end

local function wait(what, predicate)
  check(vim.wait(20000, predicate, 20), what)
end

local function codes(buffer)
  return vim.tbl_map(function(item)
    return item.code
  end, vim.diagnostic.get(buffer))
end

local function lines(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

local function main()
  vim.opt.runtimepath:prepend(vim.env.VALOHAI_NEOVIM)
  vim.cmd.runtime('plugin/valohai_steps.lua')
  vim.lsp.config('valohai_steps', { cmd = { vim.env.VALOHAI_STEPS, 'server' } })
  vim.lsp.enable('valohai_steps')

  vim.cmd.edit('train.py')
  local python = vim.api.nvim_get_current_buf()
  wait('the server answers', function()
    local client = vim.lsp.get_clients({ bufnr = python, name = 'valohai_steps' })[1]
    return client ~= nil and client.initialized
  end)

  -- What stands in train.py and not in valohai.yaml is shown at the Python literal.
  vim.api.nvim_buf_set_lines(python, 0, -1, false, vim.split(lines(python):gsub('0%.001', '0.002'), '\n'))
  wait('VH202 at the changed default', function()
    return vim.deep_equal(codes(python), { 'VH202' })
  end)
  local row = vim.diagnostic.get(python)[1].lnum
  check(vim.api.nvim_buf_get_lines(python, row, row + 1, false)[1]:find('0.002', 1, true) ~= nil, 'on its line')

  -- The code action changes one line of valohai.yaml and keeps every comment.
  vim.api.nvim_win_set_cursor(0, { row + 1, vim.diagnostic.get(python)[1].col })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Update valohai.yaml: ~1 default' and action.kind == 'quickfix'
    end,
  })
  wait('the finding goes', function()
    return #vim.diagnostic.get(python) == 0
  end)
  vim.cmd('silent wall')
  local before = vim.fn.readfile('before.yaml')
  local after = vim.fn.readfile('valohai.yaml')
  check(#before == #after, 'no line came or went')
  local changed = {}
  for index, line in ipairs(after) do
    if line ~= before[index] then
      table.insert(changed, line)
    end
  end
  check(vim.deep_equal(changed, { '        default: 0.002   # tuned by hand' }), 'one line changed, its comment kept')

  -- The other side: an edit of valohai.yaml that nobody has saved is shown there, and in train.py.
  vim.cmd.edit('valohai.yaml')
  local yaml = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(yaml, 0, -1, false, vim.split(lines(yaml):gsub('0%.002', '0.5'), '\n'))
  wait('VH202 on both sides', function()
    return vim.deep_equal(codes(yaml), { 'VH202' }) and vim.deep_equal(codes(python), { 'VH202' })
  end)

  -- :ValohaiUpdate makes them agree again; one undo takes it back.
  vim.api.nvim_set_current_buf(python)
  vim.cmd.ValohaiUpdate()
  wait(':ValohaiUpdate', function()
    return #vim.diagnostic.get(python) == 0 and lines(yaml):find('default: 0.002   # tuned by hand', 1, true) ~= nil
  end)
  vim.api.nvim_buf_call(yaml, function()
    vim.cmd('silent undo')
  end)
  wait('undo', function()
    return lines(yaml):find('default: 0.5', 1, true) ~= nil and #vim.diagnostic.get(python) == 1
  end)

  -- Half-typed code moves nothing in valohai.yaml, and non-ASCII text moves no finding.
  vim.api.nvim_buf_set_lines(python, 0, 0, false, { '# 😀 größe 漢' })
  wait('the finding moves with the text', function()
    local found = vim.diagnostic.get(python)
    return #found == 1 and found[1].lnum == row + 1
  end)

  -- A server that is killed does not take the editor with it; a new one finds the same.
  local client = vim.lsp.get_clients({ bufnr = python, name = 'valohai_steps' })[1]
  client:stop(true)
  wait('the server is gone', function()
    return #vim.lsp.get_clients({ bufnr = python, name = 'valohai_steps' }) == 0
  end)
  vim.cmd('silent wall')
  vim.cmd.edit()
  wait('a new server finds the same', function()
    return vim.deep_equal(codes(python), { 'VH202' })
  end)
  for _, running in ipairs(vim.lsp.get_clients()) do
    running:stop()
  end
  wait('clean shutdown', function()
    return #vim.lsp.get_clients() == 0
  end)
end

local ok, message = xpcall(main, debug.traceback)
if not ok then
  io.stderr:write('FAIL: ' .. message .. '\n' .. vim.inspect(vim.diagnostic.get()) .. '\n')
  vim.cmd('cquit 1')
end
io.stdout:write('NEOVIM OK\n')
vim.cmd('qall!')
