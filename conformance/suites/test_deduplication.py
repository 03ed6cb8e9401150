"""The bytes that deduplication saves, counted in disk blocks, and that all of them come back."""

from coffer import Coffer
from deduplication import measure


def test_one_file_by_every_method_is_stored_about_once(capsys):
    with Coffer() as store:
        figures = measure(store)
    with capsys.disabled():
        print("\n" + "\n".join(figures.lines()))
    assert figures.all_methods <= 1.25 * figures.file
    assert figures.insertion <= 4 << 20
    assert figures.left <= 4 << 20
