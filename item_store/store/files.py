"""Files that staff handed in, in the database under the digest of their content."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.database import writing
from item_store.files import StoredFile
from item_store.tables import files


class SqlFiles:
    _engine: AsyncEngine

    async def put_file(self, file: StoredFile) -> None:
        row = {column.name: getattr(file, column.name) for column in files.columns}
        try:
            async with writing(self._engine) as connection:
                await connection.execute(insert(files).values(**row))
        except IntegrityError:
            return  # The same content is kept already.

    async def file(self, digest: str) -> StoredFile | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(files).where(files.c.digest == digest))).first()
        return StoredFile(**row._mapping) if row else None

    async def forget_files(self, unit: str, before: datetime) -> int:
        old = delete(files).where(files.c.unit == unit, files.c.at < before)
        async with writing(self._engine) as connection:
            return (await connection.execute(old)).rowcount
