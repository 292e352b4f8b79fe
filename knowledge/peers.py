"""Ready-made ways to find a name, to measure beside ours; their libraries are in the extra `bench`."""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from knowledge.tokens import stock_tokenizer

LIMIT = 5
Find = Callable[[str], Sequence[str]]
"""From a question to the names found, best first."""


def peers(named: list[str]) -> Iterator[tuple[str, Callable[[], Find]]]:
    """Each by its name, with how to build it; those whose library is not installed are left out."""
    yield "rapidfuzz ratio", lambda: rapidfuzz(named, "ratio")
    yield "rapidfuzz WRatio", lambda: rapidfuzz(named, "WRatio")
    if find_spec("bm25s"):
        yield "BM25, jieba words", lambda: bm25(named, words)
        yield "BM25, characters and bigrams", lambda: bm25(named, grams)
    if find_spec("tantivy"):
        yield "tantivy, jieba words", lambda: tantivy(named)


def words(text: str) -> list[str]:
    """As jieba cuts with its own dictionary, which is what a ready matcher has."""
    return [word for word in stock_tokenizer().lcut(text) if not word.isspace()]


def grams(text: str) -> list[str]:
    return [*text, *(text[place : place + 2] for place in range(len(text) - 1))]


def rapidfuzz(named: list[str], scorer: str) -> Find:
    from rapidfuzz import fuzz, process

    score = getattr(fuzz, scorer)
    return lambda question: [one[0] for one in process.extract(question, named, scorer=score, limit=LIMIT)]


def bm25(named: list[str], tokens: Callable[[str], list[str]]) -> Find:
    import bm25s

    library: Any = bm25s
    retriever = library.BM25()
    retriever.index([tokens(name) for name in named], show_progress=False)

    def find(question: str) -> list[str]:
        found, _ = retriever.retrieve([tokens(question)], k=min(LIMIT, len(named)), show_progress=False)
        return [named[int(number)] for number in found[0]]

    return find


def tantivy(named: list[str]) -> Find:
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_text_field("name", stored=False, tokenizer_name="whitespace")
    schema = builder.add_integer_field("number", stored=True).build()
    index = library.Index(schema)
    writer = index.writer(heap_size=200_000_000)
    for number, name in enumerate(named):
        writer.add_document(library.Document(name=" ".join(words(name)), number=number))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def find(question: str) -> list[str]:
        terms = [
            (library.Occur.Should, library.Query.term_query(schema, "name", word)) for word in words(question)
        ]
        hits = searcher.search(library.Query.boolean_query(terms), LIMIT).hits
        return [named[searcher.doc(address)["number"][0]] for _, address in hits]

    return find
