"""A process that turns HTML on standard input into a tagged PDF on standard output (``python -m api.printing.writer``).

It runs apart from the service, which goes on meanwhile, and whose memory it never takes. It fetches nothing.
"""

import sys
from typing import Final

# What the process ends with where the libraries of the system are missing.
NO_LIBRARIES: Final = 3


def main() -> int:
    """Write the PDF; returns the exit code."""
    try:
        # The libraries of the system (Pango) are loaded on import.
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return NO_LIBRARIES
    html = sys.stdin.buffer.read().decode("utf-8")
    nothing = URLFetcher(allowed_protocols=[])
    document = HTML(string=html, base_url=sys.argv[1] if len(sys.argv) > 1 else None, url_fetcher=nothing)
    # PDF/UA-1 (ISO 14289-1): tags, language and title for readers that do not see the page.
    sys.stdout.buffer.write(document.write_pdf(pdf_variant="pdf/ua-1"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
