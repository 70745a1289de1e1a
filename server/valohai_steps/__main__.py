"""`python -m valohai_steps` is `valohai-steps`."""

import sys

from valohai_steps.cli.main import main

sys.exit(main())
