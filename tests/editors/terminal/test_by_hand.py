"""The README's sixty seconds and an hour of work, typed: keys go in, the screen and the disk are read back.

Nothing is set by an API and no command is called by its id. Neovim and Emacs are set up as docs/editors.md
says.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.scenario import EDITORS, ROOT, need
from tests.editors.terminal.screen import Screen, wait_for_file

NEOVIM = EDITORS / "nvim" / "bin" / "nvim"
EMACS = Path(shutil.which("emacs") or "/usr/bin/emacs")
TMUX = Path(shutil.which("tmux") or "/usr/bin/tmux")
PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
CALL = 'valohai.prepare(step="train", default_parameters={"learning-rate": 0.001})'
FIRST = ("- step:", "name: train", "- name: learning-rate", "default: 0.001", "type: float")

pytestmark = pytest.mark.editor

NEOVIM_PLUGIN = """\
vim.opt.runtimepath:prepend('{plugin}')
vim.opt.swapfile = false
vim.lsp.enable('valohai_steps')
"""
NEOVIM_SET_UP = f"""\
{NEOVIM_PLUGIN}vim.lsp.inlay_hint.enable()
vim.diagnostic.config({{{{ virtual_text = true }}}})
"""
EMACS_SET_UP = """\
(let ((default-directory "/usr/share/emacs/site-lisp/elpa")) (normal-top-level-add-subdirs-to-load-path))
(add-to-list 'load-path "{plugin}")
(setq make-backup-files nil auto-save-default nil create-lockfiles nil inhibit-startup-screen t)
(require 'valohai-steps)
(require 'yaml-mode)
(add-hook 'python-mode-hook #'eglot-ensure)
(add-hook 'yaml-mode-hook #'eglot-ensure)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty repository."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def neovim(project: Path, tmp_path: Path) -> Iterator[Screen]:
    yield from in_neovim(project, tmp_path, NEOVIM_SET_UP)


@pytest.fixture
def neovim_as_documented(project: Path, tmp_path: Path) -> Iterator[Screen]:
    """With the lines of docs/editors.md that show all of it, and complete while somebody types."""
    manual = (ROOT / "docs" / "editors.md").read_text("utf-8")
    (lines,) = re.findall(r"^```lua\n(vim\.diagnostic\.config.*?)^```", manual, re.DOTALL | re.MULTILINE)
    yield from in_neovim(project, tmp_path, NEOVIM_PLUGIN + lines.replace("{", "{{").replace("}", "}}"))


def in_neovim(project: Path, tmp_path: Path, lines: str) -> Iterator[Screen]:
    need(NEOVIM, TMUX)
    set_up = tmp_path / "init.lua"
    set_up.write_text(lines.format(plugin=ROOT / "editors" / "neovim"))
    homes = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("STATE", "DATA", "CONFIG", "CACHE")}
    command = [NEOVIM, "-u", set_up, "-i", "NONE", "-n", "train.py"]
    screen = Screen(project, tmp_path / "tmux", command, {"PATH": PROGRAMS, "HOME": str(tmp_path), **homes})
    screen.see("train.py")
    yield screen
    screen.close()


@pytest.fixture
def emacs(project: Path, tmp_path: Path) -> Iterator[Screen]:
    elpa = Path("/usr/share/emacs/site-lisp/elpa")
    need(EMACS, TMUX, *(next(elpa.glob(f"{mode}-[0-9]*"), elpa / mode) for mode in ("eglot", "yaml-mode")))
    set_up = tmp_path / "init.el"
    set_up.write_text(EMACS_SET_UP.format(plugin=ROOT / "editors" / "emacs"))
    variables = {"PATH": PROGRAMS, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    screen = Screen(project, tmp_path / "tmux", [EMACS, "-nw", "-Q", "-l", set_up, "train.py"], variables)
    screen.see("train.py", "[eglot:project]")
    yield screen
    screen.close()


def ex(screen: Screen, command: str) -> None:
    screen.press("Escape")
    screen.type(f":{command}")
    screen.press("Enter")


@pytest.mark.xdist_group("neovim")
def test_an_hour_in_neovim(neovim: Screen, project: Path) -> None:
    yaml = project / "valohai.yaml"
    # The README's first lines, typed: what is on the screen is what was typed.
    neovim.type("iimport valohai")
    neovim.press("Enter", "Enter")
    neovim.type(CALL)
    neovim.press("Escape")
    neovim.see(
        "import valohai\n", "--learning-rate: float", "step 'train' is not in v", gone=["valohai.valohai"]
    )

    # The fix is offered once, and is what it says.
    neovim.type("gra")
    menu = neovim.see("1: Create valohai.yaml with this step", "Type number")
    assert menu.count("Create valohai.yaml with this step") == 1
    neovim.type("1")
    neovim.press("Enter")
    neovim.see("--learning-rate: float", gone=["is not in v", "Type number"])
    ex(neovim, "wa")
    wait_for_file(yaml, *FIRST)
    wait_for_file(project / "requirements.txt", "valohai-utils")

    # Another default: the fix in words, one line on disk.
    ex(neovim, r"%s/0\.001/0.25/")
    neovim.see("default of parameter")
    neovim.type("/0.25")
    neovim.press("Enter")
    neovim.type("gra")
    neovim.see("Set learning-rate to 0.25 in valohai.yaml (as in train.py)")
    neovim.type("1")
    neovim.press("Enter")
    neovim.see(gone=["default of parameter"])
    ex(neovim, "wa")
    wait_for_file(yaml, "default: 0.25", lacks=["0.001"])

    rename_and_break(neovim, yaml)


def rename_and_break(neovim: Screen, yaml: Path) -> None:
    # A rename in both files.
    neovim.type("gg/learning")
    neovim.press("Enter")
    neovim.type("grn")
    neovim.see("New Name: learning-rate")
    neovim.press("C-u")
    neovim.type("rate")
    neovim.press("Enter")
    neovim.see("--rate: float")
    ex(neovim, "wa")
    wait_for_file(yaml, "- name: rate", lacks=["learning-rate"])

    # A broken valohai.yaml is shown where it is broken, and an undo heals it.
    ex(neovim, "edit valohai.yaml")
    neovim.see("- step:", "name: train")
    neovim.type("gg/image")
    neovim.press("Enter")
    neovim.type("i[")
    neovim.press("Escape")
    neovim.see("line 3: expected `: ` after the key")
    neovim.type("u")
    neovim.see(gone=["after the key"])
    # A misspelt key, with its fix.
    ex(neovim, "%s/image:/imag:/")
    neovim.see("did you mean image?")
    neovim.type("gra")
    neovim.see("image", "Type number")
    neovim.type("1")
    neovim.press("Enter")
    neovim.see("image:", gone=["did you mean image?"])


TYPED = (
    "import valohai",
    "valohai.prepare(",
    '    step="train",',
    '    default_parameters={"rate": 0.001},',
    '    default_inputs={"images": "s3://bucket/images.zip"},',
    ")",
    'print(valohai.parameters("rate").value)',
    'print(valohai.inputs("images").path())',
    'print(valohai.inputs("images").paths())',
    'path = valohai.outputs().path("model.pkl")',
)


@pytest.mark.xdist_group("neovim")
def test_the_documented_lines_leave_alone_what_is_typed(neovim_as_documented: Screen, project: Path) -> None:
    """Lists come and go while each line is typed: nothing is taken that was not chosen."""
    screen = neovim_as_documented
    ex(screen, "set noautoindent indentexpr=")
    screen.type("i")
    for line in TYPED:
        for letter in line:
            screen.type(letter)
        screen.press("Enter")
    screen.press("Escape")
    ex(screen, "w")
    wait_for_file(project / "train.py", "\n".join(TYPED))


@pytest.mark.xdist_group("neovim")
def test_the_lens_follows_an_update_and_what_is_saved(neovim_as_documented: Screen) -> None:
    screen = neovim_as_documented
    ex(screen, "set noautoindent indentexpr=")
    screen.type("i")
    for line in (*TYPED[:4], ")"):
        screen.type(line)
        screen.press("Enter")
    screen.press("Escape")
    screen.see("Create valohai.yaml with this")
    ex(screen, "ValohaiUpdate")
    screen.see("Add valohai-utils to requirements.txt")
    ex(screen, "wa")
    screen.see("in sync with valohai.yaml")
    ex(screen, "4s/0.001/0.002/")
    screen.see("1 change: update valohai.yaml")
    ex(screen, "ValohaiUpdate")
    screen.see("in sync with valohai.yaml")
    ex(screen, "split valohai.yaml")
    ex(screen, "%s/default: 0.002/default: 3.0/")
    screen.see("1 change: update valohai.yaml")


@pytest.mark.xdist_group("emacs")
def test_an_hour_in_emacs(emacs: Screen, project: Path) -> None:
    yaml = project / "valohai.yaml"
    emacs.type("import valohai")
    emacs.press("Enter", "Enter")
    emacs.type(CALL)
    emacs.see("import valohai\n", CALL, gone=["valohai.valohai"])

    emacs.press("M-x")
    emacs.type("valohai-steps-update")
    emacs.press("Enter")
    # The question waits for as long as a person thinks; its answer does not land in the code.
    emacs.see("valohai.yaml", "Proceed? (y or n)")
    emacs.type("y")
    emacs.see(CALL, "valohai-steps: updated", gone=["Proceed?"])
    emacs.press("C-x", "s")
    emacs.see("Save file")
    emacs.type("!")
    wait_for_file(yaml, *FIRST)
    wait_for_file(project / "train.py", CALL, lacks=["y\n"])

    # What help says has no marks of Markdown.
    emacs.press("M-<")
    emacs.press("C-s")
    emacs.type("default_par")
    emacs.press("Enter", "M-x")
    emacs.type("eldoc-doc-buffer")
    emacs.press("Enter")
    emacs.see("The parameters by name", gone=["**", "`"])
