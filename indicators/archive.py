"""Archives whose bytes depend on their content alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: The date of everything in an archive: the same content gives the same bytes, today and tomorrow.
TIME_STAMP = (1980, 1, 1, 0, 0, 0)


class TimelessArchive(ZipFile):
    """A zip archive whose members all bear the same date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Add a member from bytes or text."""
        if isinstance(zinfo_or_arcname, str):
            zinfo_or_arcname = ZipInfo(zinfo_or_arcname, TIME_STAMP)
            zinfo_or_arcname.compress_type = ZIP_DEFLATED
            zinfo_or_arcname.external_attr = 0o600 << 16
        super().writestr(zinfo_or_arcname, data, *args, **kwargs)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a member from a file."""
        self.writestr(str(arcname or filename), Path(filename).read_bytes())
