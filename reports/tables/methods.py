"""The methods there are, as a plain table."""

from __future__ import annotations

import pandas as pd

from scoring.catalogue import STAGES, methods


def method_table(stage: str | None = None) -> pd.DataFrame:
    """Every method of one stage or of all.

    Parameters
    ----------
    stage : str, optional
        Key of :data:`scoring.catalogue.STAGES`; all stages where left out.

    Returns
    -------
    DataFrame
        ``stage, name, does, options, columns, optional_columns, source``: stage as ``scorecards
        methods`` takes it, the first word of its key; the options of
        method.toml that the method reads, the columns of the framework that it needs and those that
        it reads where they are filled in, and where it was published.
    """
    return pd.DataFrame(
        [
            (
                one.split()[0],
                entry.name,
                entry.summary.replace("``", ""),
                ", ".join(entry.options),
                ", ".join(entry.columns),
                ", ".join(entry.optional_columns),
                entry.source,
            )
            for one in (STAGES if stage is None else [stage])
            for entry in methods(one)
        ],
        columns=["stage", "name", "does", "options", "columns", "optional_columns", "source"],
    )
