"""How much a file from outside may be, take and last before it is refused; a message names the limit."""

from typing import Final

# Bytes of a file that is read at all.
MAX_FILE: Final = 20_000_000
# Bytes that a compressed file says it unpacks to; a plan of 5,000 rows has about 5 MB.
MAX_UNPACKED: Final = 100_000_000
# Rows and cells with content, and characters of one cell (the limit of Excel itself).
MAX_ROWS: Final = 50_000
MAX_CELLS: Final = 1_000_000
MAX_TEXT: Final = 32_767
# Members of a compressed file; a workbook has a few dozen.
MAX_MEMBERS: Final = 5_000
# Columns to the right of which nobody writes.
MAX_COLUMN: Final = 16_384
# Seconds and MiB of the process that reads and checks a file.
SECONDS: Final = 120.0
MEMORY_MB: Final = 2_048
# Bytes of a draft that the web takes.
MAX_UPLOAD: Final = 10_000_000
