-- One row: the protocol file a cut was built with, as its SHA-256, and the version that built it.
-- room: quality
select
    sha256(PROTOCOL) as protocol_sha256,
    VERSION as version,
from cut_info
