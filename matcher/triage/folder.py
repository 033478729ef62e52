"""A folder of proposals, one file each: title, abstract and the rest found by their labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matcher.errors import BatchError, DocumentError
from matcher.proposals import BadRow, Entry
from matcher.readers.form import read_form

_READ = (".docx", ".pdf", ".txt")
# Proposals that somebody saved in a form that cannot be read: they become rows that say so.
_MEANT = (".doc", ".wps", ".rtf", ".odt", ".docm")


def read_folder(folder: Path) -> Iterator[Entry | BadRow]:
    """The proposals of a folder and its subfolders in the order of their paths.

    `line` is the file's place in that order (from 1), the id its path without the ending. A file
    that cannot be read, or that is a form nobody filled in, is a BadRow that names it. Files of
    other kinds and hidden ones are not proposals. BatchError where there is none at all.
    """
    files = [f for f in sorted(folder.rglob("*")) if not f.is_dir() and _is_proposal(f, folder)]
    if not files:
        raise BatchError(
            f"文件夹 {folder} 里没有申报书：应有 {' '.join(_READ)} 文件。 / "
            f"No proposals in the folder {folder}; expected {' '.join(_READ)} files."
        )
    for number, file in enumerate(files, 1):
        name = file.relative_to(folder).with_suffix("").as_posix()
        try:
            form = read_form(file)
        except DocumentError as error:
            yield BadRow(number, str(error))
            continue
        proposal = form.proposal(name)
        if proposal.text:
            yield Entry(number, proposal, form.extra, form.notes)
        else:
            yield BadRow(
                number,
                f"{file.name} 里项目名称和摘要都没有填写（空白表格？）。 / "
                f"{file.name} holds neither title nor abstract (a blank form?).",
            )


def _is_proposal(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in file.relative_to(folder).parts)
    return not hidden and file.suffix.lower() in (*_READ, *_MEANT)
