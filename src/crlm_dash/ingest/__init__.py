"""From a folder of CDISC data to staged tables and a list of faults."""

from crlm_dash.ingest.derive import derive_protocol
from crlm_dash.ingest.faults import Fault
from crlm_dash.ingest.raw import SourceFile
from crlm_dash.ingest.stage import StagedSource, stage_source

__all__ = ["Fault", "SourceFile", "StagedSource", "derive_protocol", "stage_source"]
