"""A step for datatrove pipelines that cleans documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter

from cleaner.engines.arrow import ArrowCleaner
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits

BATCH_DOCUMENTS = 64


class CleanDocuments(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Cleans the text of each document, also pages. The metadata record is added to its metadata
    as `cleaner`, and the removals as `cleaner_removals`, both as JSON, which all writers accept.

    A document without clean text is counted and dropped: it goes to `exclusion_writer` with its
    status and the reason, like documents that a filter of datatrove drops.
    """

    name = "cleaner"
    type = "CLEANER"

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        limits: Limits | None = None,
        exclusion_writer: DiskWriter | None = None,
    ) -> None:
        super().__init__()
        self.clean = ArrowCleaner(cleaner, limits=limits)
        self.exclusion_writer = exclusion_writer

    def run(
        self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1
    ) -> Iterator[Document]:
        """Yield the documents that have clean text, in order."""
        if self.exclusion_writer is None:
            yield from self._run(data, None, rank)
            return
        with self.exclusion_writer as writer:
            yield from self._run(data, writer, rank)

    def _run(self, data: DocumentsPipeline, writer: Any, rank: int) -> Iterator[Document]:
        waiting: list[Document] = []
        for document in data:
            waiting.append(document)
            if len(waiting) >= BATCH_DOCUMENTS:
                yield from self._batch(waiting, writer, rank)
                waiting = []
        yield from self._batch(waiting, writer, rank)

    def _batch(self, documents: list[Document], writer: Any, rank: int) -> Iterator[Document]:
        rows = ({**d.metadata, "id": d.id, "text": d.text} for d in documents)
        for document, record in zip(documents, self.clean.rows(rows), strict=True):
            self.stat_update("documents", record["status"])
            if record["text"] is None:
                if writer:
                    reason = {"status": record["status"], "message": record["message"]}
                    document.metadata["cleaner"] = _json(reason)
                    writer.write(document, rank)
                continue
            document.text = record["text"]
            document.metadata["cleaner"] = _json(record["metadata"])
            document.metadata["cleaner_removals"] = _json(record["removals"])
            self.update_doc_stats(document)
            yield document


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
