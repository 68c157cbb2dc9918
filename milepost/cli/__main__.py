import sys

from milepost.cli import main

sys.exit(main())
