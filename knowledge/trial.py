"""A copy of the index to try changes on: it shares the big arrays, and the original stays as it is."""

import copy
from collections import Counter
from dataclasses import replace

from knowledge.index import Index
from knowledge.segment import Segment


def trial_of(index: Index) -> Index:
    """An index that may be changed without anybody else seeing it."""
    segments = [_own(segment) for segment in index.segments]
    return replace(index, segments=segments, pending=dict(index.pending), regions=Counter(index.regions))


def _own(segment: Segment) -> Segment:
    """Which items are alive is all that ever changes in a segment."""
    own = copy.copy(segment)
    own.alive = segment.alive.copy()
    return own
