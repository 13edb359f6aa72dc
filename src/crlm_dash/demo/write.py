"""A folder of SDTM files from collected records: one file a domain, rows and numbers in a fixed order."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from crlm_dash.demo.design import Design
from crlm_dash.demo.records import LAYOUTS, SUPPLEMENTED, Records

Format = Literal["csv", "parquet"]
Frames = dict[str, pd.DataFrame]


def subject_frames(records: Records, studyid: str) -> Frames:
    """Domains with a row per record, their supplements, and comments on records, from what was collected."""
    frames: Frames = {}
    comments = []
    for domain in LAYOUTS:
        frame = _numbered(records, domain, studyid)
        comments.append(_comments(records, domain, frame))
        if domain in SUPPLEMENTED:
            frames[f"SUPP{domain}"] = _supplement(records, domain, frame)
        frames[domain] = frame.drop(columns="_at").reset_index(drop=True)
    frames["DM"] = frames["DM"].drop(columns="DMSEQ")
    frames["CO"] = pd.concat(comments, ignore_index=True).sort_values("USUBJID", kind="stable")
    frames["CO"].insert(4, "COSEQ", frames["CO"].groupby("USUBJID", sort=False).cumcount() + 1)
    return frames


def _comments(records: Records, domain: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Comments on the records of a domain, in the order of its rows; their date is that of the record."""
    texts = {at: text for parent, at, text in records.comments if parent == domain}
    commented = frame[frame["_at"].isin(texts.keys())]
    made = {
        "STUDYID": commented["STUDYID"],
        "DOMAIN": "CO",
        "RDOMAIN": domain,
        "USUBJID": commented["USUBJID"],
        "IDVAR": f"{domain}SEQ",
        "IDVARVAL": commented[f"{domain}SEQ"].astype(str),
        "COVAL": commented["_at"].map(texts),
    }
    return pd.DataFrame(made)


def _numbered(records: Records, domain: str, studyid: str) -> pd.DataFrame:
    """Rows by subject and date, with --SEQ; `_at` is the place at which each was collected."""
    layout = LAYOUTS[domain]
    collected = records.rows[domain]
    frame = pd.DataFrame([row for _, row in collected], columns=list(layout.columns))
    frame.insert(0, "USUBJID", [who for who, _ in collected])
    frame["_at"] = range(len(frame))
    frame = frame.sort_values(["USUBJID", layout.date, "_at"], kind="stable", na_position="last")
    frame.insert(0, "STUDYID", studyid)
    frame.insert(1, "DOMAIN", domain)
    frame.insert(3, f"{domain}SEQ", frame.groupby("USUBJID", sort=False).cumcount() + 1)
    return frame


def _supplement(records: Records, domain: str, frame: pd.DataFrame) -> pd.DataFrame:
    seq = frame.set_index("_at")[["USUBJID", f"{domain}SEQ"]]
    collected = records.supplements[domain]
    parents = seq.loc[[at for at, _, _ in collected]]
    labels = SUPPLEMENTED[domain]
    made = pd.DataFrame(
        {
            "STUDYID": frame["STUDYID"].iloc[0] if len(frame) else "",
            "RDOMAIN": domain,
            "USUBJID": parents["USUBJID"].to_numpy(),
            "IDVAR": f"{domain}SEQ",
            "IDVARVAL": parents[f"{domain}SEQ"].astype(str).to_numpy(),
            "QNAM": [name for _, name, _ in collected],
            "QLABEL": [labels[name] for _, name, _ in collected],
            "QVAL": [text for _, _, text in collected],
            "QORIG": "CRF",
        }
    )
    made["_seq"] = parents[f"{domain}SEQ"].to_numpy()
    return made.sort_values(["USUBJID", "_seq", "QNAM"], kind="stable").drop(columns="_seq")


def trial_frames(trial: Design) -> Frames:
    """TI, TV and TS: criteria, planned visits and facts of the trial."""
    protocol = trial.protocol
    criteria = [
        {
            "IETESTCD": c.id,
            "IETEST": c.text,
            "IECAT": c.type.upper(),
        }
        for c in protocol.criteria
    ]
    planned = [{"VISITNUM": v.visitnum, "VISIT": v.visit, "VISITDY": v.day} for v in protocol.visits]
    facts = [
        ("TITLE", "Trial Title", trial.title),
        ("SIMDATA", "Simulated Data", "Y"),
        ("SSTDTC", "Study Start Date", trial.start.isoformat()),
        ("DCUTDTC", "Data Cutoff Date", trial.data_date.isoformat()),
        ("DCUTDESC", "Data Cutoff Description", "Data date of the simulation"),
        ("PLANSUB", "Planned Number of Subjects", str(protocol.accrual.target or "")),
        ("NARMS", "Planned Number of Arms", str(len(protocol.arms))),
        ("RANDOM", "Trial is Randomized", "Y" if protocol.allocation.randomised else "N"),
        ("INDIC", "Trial Disease/Condition Indication", "Colorectal cancer with liver metastases"),
        ("LENGTH", "Trial Length", f"P{protocol.followup_months or 0}M"),
        ("STYPE", "Study Type", "INTERVENTIONAL"),
    ]
    summary = [{"TSSEQ": 1, "TSPARMCD": code, "TSPARM": name, "TSVAL": value} for code, name, value in facts if value]
    frames = {"TI": pd.DataFrame(criteria), "TV": pd.DataFrame(planned), "TS": pd.DataFrame(summary)}
    for name, frame in frames.items():
        frame.insert(0, "STUDYID", trial.trial)
        frame.insert(1, "DOMAIN", name)
    return frames


def write_folder(frames: Frames, out: Path, style: Format) -> Path:
    """Write every frame as `<domain>.csv` or `.parquet`, replacing those of an earlier simulation."""
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in sorted(frames.items()):
        for old in ("csv", "parquet"):
            (out / f"{name.lower()}.{old}").unlink(missing_ok=True)
        table = pa.Table.from_pandas(_plain(frame), preserve_index=False)
        path = out / f"{name.lower()}.{style}"
        if style == "csv":
            options = pyarrow.csv.WriteOptions(quoting_style="needed")
            pyarrow.csv.write_csv(table, path, options)
        else:
            pyarrow.parquet.write_table(table.replace_schema_metadata(None), path, compression="zstd")
    return out


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Text and numbers only: a column that mixes them, or is empty, becomes text."""
    plain = frame.copy()
    for name in plain.columns:
        column = plain[name]
        if column.dtype != object:
            continue
        kinds = {type(v) for v in column if v is not None and v == v}
        if kinds and kinds <= {int, float}:
            plain[name] = pd.to_numeric(column)
        else:
            plain[name] = column.map(lambda v: None if v is None or v != v else str(v)).astype("string")
    return plain
