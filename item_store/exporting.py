"""Taking out everything that is published, as the JSON lines that importing reads."""

import json
from pathlib import Path

from item_store.contract import ItemStore


async def export_items(store: ItemStore, path: Path) -> int:
    """Write one object a line, in the order of ids; how many there were."""
    count = 0
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8") as file:
        async for item in store.all_published():
            file.write(json.dumps(item.record(), ensure_ascii=False) + "\n")
            count += 1
    unfinished.replace(path)
    return count
