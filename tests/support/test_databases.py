from storage.migrate import current


async def test_a_test_gets_a_database_with_all_tables(database_url: str) -> None:
    assert await current(database_url)


async def test_a_test_of_migrations_gets_one_without_any(empty_database_url: str) -> None:
    assert not await current(empty_database_url)
