"""JupyterLab's way to the language server: jupyterlab-lsp finds it by an entry point; nothing is set."""

import sys

_MIME_TYPES = (
    "text/x-python",
    "text/python",
    "text/x-ipython",
    "text/x-yaml",
    "text/yaml",
    "application/x-yaml",
)


def language_servers(_manager: object) -> dict[str, dict[str, object]]:
    """The server as jupyter-lsp starts it: an entry point of the group `jupyter_lsp_spec_v1`.

    The keys are those of jupyter-lsp's schema of language servers, version 2.
    """
    server = {
        "version": 2,
        "argv": [sys.executable, "-m", "valohai_steps", "server", "--jupyterlab"],
        "display_name": "valohai-steps",
        "languages": ["python", "yaml"],
        "mime_types": list(_MIME_TYPES),
        # What is unsaved comes in the messages; a copy on disk would declare each step once more.
        "requires_documents_on_disk": False,
        "install": {"pip": "pip install valohai-steps"},
    }
    return {"valohai-steps": server}
