"""Names of one character that stand in a notebook's Python where IPython does what Python cannot say.

They are letters of the Yi script, which no program uses for names, so that whatever a line does fits in it.
"""

# `ꀕ`: anything may happen to the names of the notebook.
ANYTHING = "\ua015"
# `ꀖ("other.py")`: the file is run, and its names are put into the notebook.
RUN = "\ua016"
# `ꀗ.sub`, `ꀗ(2).sub`: another folder is current, that many levels up; `ꀗ`: any folder.
MOVED = "\ua017"

MARKS = (ANYTHING, RUN, MOVED)
