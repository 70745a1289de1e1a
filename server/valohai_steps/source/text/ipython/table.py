"""The magics that are known: which run Python, bind names, change the folder, or do nothing to names.

Those of IPython are in "Built-in magic commands" of its documentation; any other may do anything.
"""

from valohai_steps.model.patterns import pattern

# Line magics that run the rest of the line as Python, and the options in front of it.
PYTHON_LINES = {
    "time": pattern(r"(?:--no-raise-error\s+)?"),
    "timeit": pattern(r"(?:-(?:[nrpv]\s*\S+|[tcqo]+)\s+)*"),
    "prun": pattern(r"(?:-(?:[lsTD]\s*\S+|[rq]+)\s+)*"),
    "memit": pattern(r"(?:-(?:[rti]\s*\S+|[co]+)\s+)*"),
    "lprun": pattern(r"(?:-(?:[fmsTDuz]\s*\S+|[rsz]+)\s+)*"),
    "mprun": pattern(r"(?:-(?:[fT]\s*\S+|[rc]+)\s+)*"),
}
# They run it again and again, in a function of its own.
REPEATING = frozenset(("timeit",))
# Cell magics whose body is Python that runs in the notebook itself.
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "debug"})
# They may bind the names that these options give.
OUTSIDE_CELLS = frozenset(
    (
        *("bash", "sh", "script", "perl", "ruby", "pypy", "python", "python2", "python3", "cmd"),
        *("system", "sx", "!"),
    )
)
BINDING = pattern(r"(?<!\S)--(?:out|err|proc)(?:\s+|=)(\w+)")
CAPTURING = pattern(r"(?:--no-\w+\s+)*(?!-)(\w+)")
HARMLESS_CELLS = frozenset(
    ("html", "HTML", "javascript", "js", "latex", "svg", "SVG", "markdown", "writefile", "file")
)
MOVING = frozenset(("cd", "pushd", "popd"))
HARMLESS = frozenset(
    (
        *("alias", "autoawait", "autocall", "automagic", "bookmark", "cat", "clear", "colors", "conda"),
        *("config", "connect_info", "cp", "dhist", "dirs", "doctest_mode", "env", "set_env", "gui", "hist"),
        *("history", "killbgscripts", "ldir", "less", "lf", "lk", "ll", "load_ext", "loadpy", "load"),
        *("logoff", "logon", "logstart", "logstate", "logstop", "ls", "lsmagic", "lx", "magic", "mamba"),
        *("man", "matplotlib", "micromamba", "mkdir", "more", "mv", "notebook", "page", "pastebin", "pdb"),
        *("pdef", "pdoc", "pfile", "pinfo", "pinfo2", "pip", "pprint", "precision", "psearch", "psource"),
        *("pwd", "pycat", "qtconsole", "quickref", "rehashx", "reload_ext", "rep", "rm", "rmdir", "save"),
        *("sx", "system", "tb", "unalias", "unload_ext", "uv", "who", "who_ls", "whos", "xmode"),
        # Extensions that many notebooks load.
        *("autoreload", "tensorboard", "watermark", "load_dotenv", "dotenv", "wandb"),
    )
)
