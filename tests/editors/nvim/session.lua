-- Goes through ../scenario.json in a real Neovim, with the plug-in that users install; started by test_neovim.py.
-- Says for each state, in one line of JSON, whether it holds; stops at the first that does not.
local name = 'valohai_steps'
local said -- what the condition that is being waited for sees

local function wait(what, predicate)
  said = nil
  if not vim.wait(20000, predicate, 20) then
    error(what .. '; seen: ' .. vim.inspect(said), 0)
  end
end

-- The file's buffer, shown; read from disk only when it is not open yet (:edit would ask for a new look each time).
local function buffer_of(file)
  local buffer = vim.fn.bufnr('^' .. vim.fn.getcwd() .. '/' .. file .. '$')
  if buffer > 0 and vim.api.nvim_buf_is_loaded(buffer) then
    vim.api.nvim_set_current_buf(buffer)
    return buffer
  end
  vim.cmd.edit(file)
  return vim.api.nvim_get_current_buf()
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

-- Row and byte column, both from 0, of the only line's first place of `text`.
local function find(buffer, text)
  for row, line in ipairs(lines(buffer)) do
    local column = line:find(text, 1, true)
    if column then
      return row - 1, column - 1
    end
  end
  error(('no %s in %s'):format(text, vim.api.nvim_buf_get_name(buffer)), 0)
end

local function client_of(buffer)
  return vim.lsp.get_clients({ bufnr = buffer, name = name })[1]
end

local function place_cursor(buffer, text)
  local row, column = find(buffer, text)
  vim.api.nvim_win_set_cursor(0, { row + 1, column })
end

-- Lines that came and went between a fixture and the file on disk, as far as they differ.
local function difference(file)
  local path = vim.env.VALOHAI_PROJECTS .. '/' .. vim.fs.basename(vim.fn.getcwd()) .. '/' .. file
  local before = vim.fn.filereadable(path) == 1 and vim.fn.readfile(path) or {}
  local after = vim.fn.filereadable(file) == 1 and vim.fn.readfile(file) or {}
  while #before > 0 and #after > 0 and before[1] == after[1] do
    table.remove(before, 1)
    table.remove(after, 1)
  end
  while #before > 0 and #after > 0 and before[#before] == after[#after] do
    table.remove(before)
    table.remove(after)
  end
  return { removed = before, added = after }
end

local actions = {}

function actions.folder(step)
  vim.cmd.cd(vim.env.VALOHAI_WORKSPACES .. '/' .. step.name)
end

function actions.open(step)
  local buffer = buffer_of(step.file)
  wait('the server answers', function()
    local client = client_of(buffer)
    return client ~= nil and client.initialized
  end)
end

function actions.change(step)
  local buffer = buffer_of(step.file)
  vim.cmd('let &undolevels = &undolevels') -- a change of its own for undo, as a person's is
  local row, column = find(buffer, step.from)
  vim.api.nvim_buf_set_text(buffer, row, column, row, column + #step.from, vim.split(step.to, '\n'))
end

function actions.fix(step)
  place_cursor(buffer_of(step.file), step.at)
  local offered = {}
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      table.insert(offered, action.title)
      return action.title == step.title and action.kind == 'quickfix'
    end,
  })
  wait('the fix is offered', function()
    said = offered
    return vim.tbl_contains(offered, step.title)
  end)
end

function actions.update(step)
  buffer_of(step.file)
  vim.cmd.ValohaiUpdate()
end

function actions.undo(step)
  for _, file in ipairs(step.files) do
    buffer_of(file)
    vim.cmd('silent undo')
  end
end

function actions.rename(step)
  place_cursor(buffer_of(step.file), step.at)
  vim.lsp.buf.rename(step.to)
end

function actions.save()
  vim.cmd('silent wall')
end

-- From outside, as a crash does; a person then enables it again, which attaches a new server to every buffer.
function actions.kill(step)
  local buffer = buffer_of(step.file)
  local client = client_of(buffer)
  local killed = vim.tbl_filter(function(process)
    return vim.api.nvim_get_proc(process) ~= nil
  end, vim.api.nvim_get_proc_children(vim.fn.getpid()))
  assert(#killed > 0, 'there is a server to kill')
  for _, process in ipairs(killed) do
    vim.uv.kill(process, 'sigkill')
  end
  wait('the client knows that its server is gone', function()
    return client:is_stopped() and client_of(buffer) == nil
  end)
  vim.lsp.enable(name)
end

function actions.leave()
  for _, client in ipairs(vim.lsp.get_clients()) do
    client:stop()
  end
  wait('every server has ended', function()
    said = vim.api.nvim_get_proc_children(vim.fn.getpid())
    return #vim.lsp.get_clients() == 0 and #said == 0
  end)
end

local conditions = {}

function conditions.findings(step)
  local buffer = buffer_of(step.file)
  return function()
    said = {}
    local found = vim.diagnostic.get(buffer)
    table.sort(found, function(one, other)
      return one.lnum < other.lnum or (one.lnum == other.lnum and one.col < other.col)
    end)
    for _, item in ipairs(found) do
      local text = vim.api.nvim_buf_get_text(buffer, item.lnum, item.col, item.end_lnum, item.end_col, {})
      table.insert(said, { item.code, table.concat(text, '\n') })
    end
    local client = client_of(buffer)
    return client ~= nil and client.initialized and vim.deep_equal(said, step.are)
  end
end

function conditions.text(step)
  local buffer = buffer_of(step.file)
  return function()
    said = table.concat(lines(buffer), '\n')
    return said:find(step.has, 1, true) ~= nil
  end
end

function conditions.disk(step)
  return function()
    said = table.concat(vim.fn.readfile(step.file, 'b'), '\n')
    return vim.endswith(said, '\n' .. table.concat(step.ends, '\n'))
  end
end

function conditions.saved(step)
  return function()
    said = difference(step.file)
    return vim.deep_equal(said, { removed = step.removed, added = step.added })
  end
end

local function run(step)
  if step['do'] then
    actions[step['do']](step)
  else
    wait(vim.json.encode(step), conditions[step.expect](step))
  end
end

local function reach(state)
  for _, step in ipairs(state.steps) do
    run(step)
  end
end

vim.o.hidden = true
vim.opt.runtimepath:prepend(vim.env.VALOHAI_NEOVIM)
vim.cmd.runtime('plugin/valohai_steps.lua')
vim.lsp.config(name, { cmd = { vim.env.VALOHAI_STEPS, 'server' } })
vim.lsp.enable(name)

local function main()
  local scenario = vim.json.decode(table.concat(vim.fn.readfile(vim.env.VALOHAI_SCENARIO), '\n'))
  for _, state in ipairs(scenario.states) do
    local ours = (state.only or 'neovim') == 'neovim' and not (state.except or {}).neovim
    if ours and not state.pending then
      local ok, message = pcall(reach, state)
      io.stdout:write('STATE ' .. vim.json.encode({ state = state.name, ok = ok, said = message or '' }) .. '\n')
      if not ok then
        vim.cmd('cquit 1')
      end
    end
  end
  vim.cmd('qall!')
end

-- When Neovim has come up: only then does vim.lsp.enable look at the buffers that are open already.
vim.schedule(main)
