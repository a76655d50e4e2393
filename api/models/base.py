"""What all models share."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Answer = Literal["yes", "no", "depends", "contradictory"]
Confidence = Literal["high", "medium", "low", ""]


class Model(BaseModel):
    """Base of them all. Fields are added, never renamed."""

    model_config = ConfigDict(extra="forbid")
