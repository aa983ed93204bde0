"""`python -m mockserver` is `bodydouble`."""

from mockserver.cli import main

main()
