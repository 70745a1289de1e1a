"""The other files of the workspace: which an import means, and what `import *` brings."""
