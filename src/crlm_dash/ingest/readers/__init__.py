"""One function a format: a file becomes raw tables in DuckDB, values untouched."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from crlm_dash.ingest.raw import RawTable, SourceFile
from crlm_dash.ingest.readers.comma import read_csv
from crlm_dash.ingest.readers.datasetjson import read_dataset_json
from crlm_dash.ingest.readers.excel import read_xlsx
from crlm_dash.ingest.readers.parquet import read_parquet
from crlm_dash.ingest.readers.sas import read_sas7bdat, read_xpt

Reader = Callable[[duckdb.DuckDBPyConnection, SourceFile, str], list[RawTable]]

READERS: dict[str, Reader] = {
    "xpt": read_xpt,
    "csv": read_csv,
    "parquet": read_parquet,
    "json": read_dataset_json,
    "sas7bdat": read_sas7bdat,
    "xlsx": read_xlsx,
}
"""By format, in the order of preference where a dataset comes twice (types known best first)."""

# Keep XPT first, but a typed file before a text file.
PREFERENCE = ("xpt", "parquet", "sas7bdat", "json", "csv", "xlsx")
