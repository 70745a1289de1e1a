"""The steps of a valohai.yaml, as pipelines look them up."""

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.references.catalogue import Catalogue


def catalogue_of(file: ItemFile) -> Catalogue:
    """What the items of a file declare, by name."""
    whole = file.is_readable and all(each.thing is not None or each.clean for each in file.facts)
    return Catalogue.of([each.thing for each in file.facts], complete=whole)
