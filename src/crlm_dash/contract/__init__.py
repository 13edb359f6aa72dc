"""What each SDTM domain and ADaM dataset must hold: read from the TOML files beside this module."""

from crlm_dash.contract.model import CONTRACT, Column, Dataset, dataset_contract
from crlm_dash.contract.naming import column_type, dataset_name_in

__all__ = ["CONTRACT", "Column", "Dataset", "column_type", "dataset_contract", "dataset_name_in"]
