"""Where the files that come with the program lie: in the package once installed, else in the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_file(name: str) -> Path:
    """The shipped data file or folder `name`, such as "terms.txt" or "guides".

    An installed wheel carries it in matcher/data/, a checkout in data/ beside the package.
    """
    installed = _PACKAGE / "data" / name
    return installed if installed.exists() else _PACKAGE.parent / "data" / name


def default_guide() -> Path:
    """The guide that is used when none is named: the 2021 Tianjin soft-science guide."""
    return data_file("guides/tianjin-2021-soft-science.txt")


def default_encoder() -> Path:
    """The sentence-transformers folder of the shipped transformer."""
    return _PACKAGE / "embeddings" / "shipped"


def fast_encoder() -> Path:
    """The sentence-transformers folder of the fast reader."""
    return _PACKAGE / "embeddings" / "fast"


def app_page() -> Path:
    """The Streamlit page; its desks lie in app/ beside it, its settings in .streamlit/."""
    # A folder of its own: Streamlit puts the page's folder on the path, where matcher's modules must not be.
    installed = _PACKAGE / "page" / "app_streamlit.py"
    return installed if installed.exists() else _PACKAGE.parent / "app_streamlit.py"
